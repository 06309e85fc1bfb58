import { randomUUID } from 'node:crypto';
import { DomainError } from '../../kernel/domain-error.js';
import type { Leases } from '../../kernel/lease.js';
import { uploadLease } from '../../modules/images/commands/upload-claim.js';

/** How many times a lease could be renewed before it ends: two renewals may fail without harm. */
const RENEWALS_PER_LEASE = 3;

/** Another worker has taken the task over. What this one still does must have no effect. */
export class TaskClaimLost extends DomainError {
  readonly code = 'task.claim_lost';
}

/**
 * The right to do a task: of all workers that have its job, one holds it. It stands under the name that the claims of
 * uploads have, so that whoever cleans up after dead uploads leaves the bytes of a living task alone.
 */
export class TaskClaim {
  private readonly lost = new AbortController();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly leases: Leases,
    private readonly taskId: string,
    private readonly holder: string,
    private readonly durationMs: number,
  ) {
    this.timer = setInterval(() => void this.keep().catch(() => undefined), durationMs / RENEWALS_PER_LEASE);
    this.timer.unref();
  }

  /** @returns null while another worker has the task */
  static async take(leases: Leases, taskId: string, durationMs: number): Promise<TaskClaim | null> {
    const holder = randomUUID();
    if (!(await leases.acquire(uploadLease(taskId), holder, durationMs))) return null;
    return new TaskClaim(leases, taskId, holder, durationMs);
  }

  /** Aborts when the claim is lost. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /** Renews the claim; called last before anything becomes visible. @throws TaskClaimLost */
  async keep(): Promise<void> {
    if (await this.leases.renew(uploadLease(this.taskId), this.holder, this.durationMs)) return;
    const error = new TaskClaimLost(`Another worker has taken over task ${this.taskId}`, { taskId: this.taskId });
    this.lost.abort(error);
    throw error;
  }

  /** Never fails: a lease that is not given back runs out by itself. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.leases.release(uploadLease(this.taskId), this.holder).catch(() => undefined);
  }
}
