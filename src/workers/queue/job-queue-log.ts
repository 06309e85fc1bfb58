import type { Job } from './job-queue.js';

/** What the queue tells the operator. */
export interface JobQueueLog {
  /** An attempt at a job failed; the next one follows. */
  failed(job: Job, error: unknown): void;
  /** The server that shares the jobs is away. Told once until it is back. */
  away(error: Error): void;
  back(): void;
}

/** NestJS token. */
export const JOB_QUEUE_LOG = Symbol('JobQueueLog');
