import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LEASES } from '../../../kernel/lease.js';
import type { Leases } from '../../../kernel/lease.js';
import { uploadLease } from './upload-claim.js';

/** How long the clean-up behind one dead process may take before another process tries it as well. */
const CLEAN_UP_MS = 60_000;

/** Claims of uploads, stagings and tasks whose process has ended or died. */
@Injectable()
export class LapsedClaims {
  constructor(@Inject(LEASES) private readonly leases: Leases) {}

  /**
   * Acts in place of the claim's holder, who cannot come back to life meanwhile: a process that was only slow must not
   * commit the bytes that go away here.
   * @param claimId the upload's or task's id
   * @returns false without acting while somebody holds the claim, else what the act says
   */
  async takeOver(claimId: string, act: () => Promise<boolean>): Promise<boolean> {
    const holder = randomUUID();
    if (!(await this.leases.acquire(uploadLease(claimId), holder, CLEAN_UP_MS))) return false;
    try {
      return await act();
    } finally {
      await this.leases.release(uploadLease(claimId), holder);
    }
  }
}
