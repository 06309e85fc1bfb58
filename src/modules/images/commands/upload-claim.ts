import type { Leases } from '../../../kernel/lease.js';
import { ImageUploadSuperseded } from '../domain/image.errors.js';

/** How many times a lease could be renewed before it ends: two renewals may fail without harm. */
const RENEWALS_PER_LEASE = 3;

/**
 * A dead claim must be found within the lease time that the operator set, so that the lease itself is shorter: the rest is
 * for the sweep that finds it (see ScrubberService).
 */
export const claimDurationMs = (leaseS: number): number => leaseS * 600;

/** Name of the lease that keeps the claim of an upload alive. */
export const uploadLease = (uploadId: string): string => `upload/${uploadId}`;

/**
 * Keeps the lease of an upload while its process lives, so that nobody takes it for dead.
 * When the lease is lost nevertheless, `signal` aborts: the bytes must not be committed any more.
 */
export class UploadClaim {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly leases: Leases,
    private readonly uploadId: string,
    private readonly durationMs: number,
  ) {
    this.timer = setInterval(() => void this.keep().catch(() => undefined), durationMs / RENEWALS_PER_LEASE);
    this.timer.unref();
  }

  static async take(leases: Leases, uploadId: string, durationMs: number): Promise<UploadClaim> {
    await leases.acquire(uploadLease(uploadId), uploadId, durationMs);
    return new UploadClaim(leases, uploadId, durationMs);
  }

  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /**
   * Renews the lease; called last before bytes become readable.
   * @throws ImageUploadSuperseded when somebody has given the upload up meanwhile
   */
  async keep(): Promise<void> {
    if (await this.leases.renew(uploadLease(this.uploadId), this.uploadId, this.durationMs)) return;
    const error = new ImageUploadSuperseded(`The lease of upload ${this.uploadId} ran out`, {
      uploadId: this.uploadId,
    });
    this.lost.abort(error);
    throw error;
  }

  /** Never fails, for the upload has ended, one way or the other: a lease that is not given back runs out by itself. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.leases.release(uploadLease(this.uploadId), this.uploadId).catch(() => undefined);
  }
}
