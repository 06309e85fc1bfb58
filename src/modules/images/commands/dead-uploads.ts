import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LEASES } from '../../../kernel/lease.js';
import type { Leases } from '../../../kernel/lease.js';
import { findStore } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { uploadLease } from './upload-claim.js';

/** How long the clean-up of one dead upload may take before another process tries it as well. */
const CLEAN_UP_MS = 60_000;

/** Removes what uploads leave behind whose process died. */
@Injectable()
export class DeadUploads {
  constructor(
    private readonly images: ImageCommandHandler,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(LEASES) private readonly leases: Leases,
  ) {}

  /**
   * @param then what else the end of this upload asks for; the upload cannot come back to life before it is done
   * @returns false while the upload is alive, i.e. somebody holds its lease, and when it has ended by itself
   */
  async discard(
    imageId: string,
    uploadId: string,
    storeId: string,
    then: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<boolean> {
    const holder = randomUUID();
    // Holding the lease ourselves keeps a process that was only slow from committing the bytes that go away here.
    if (!(await this.leases.acquire(uploadLease(uploadId), holder, CLEAN_UP_MS))) return false;
    try {
      // Only now: until the lease was ours, the upload could still succeed, and its bytes are the image's then.
      if ((await this.images.stateOf(imageId)).uploadId !== uploadId) return false;
      await findStore(this.stores, storeId).driver.discardUnfinished(imageId, uploadId);
      await then();
      return true;
    } finally {
      await this.leases.release(uploadLease(uploadId), holder);
    }
  }
}
