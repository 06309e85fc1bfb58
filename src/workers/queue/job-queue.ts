/** A unit of work for some worker: the task to do. The task itself, and all that is known of it, is in the events. */
export type Job = Readonly<{
  taskId: string;
  /** 1 is done before 2, and so on; equal ones in the order of their coming. */
  priority: number;
}>;

/**
 * Does a job. Must be harmless when done twice, also at the same time.
 * @param signal aborts when the process has to stop: the job should end soon by throwing the reason, and is done again elsewhere
 * @throws PostponeJob to be called again later; anything else is tried again with growing pauses, without end
 */
export type JobProcessor = (job: Job, signal: AbortSignal) => Promise<void>;

/** Not now: somebody else is at it, or what it needs is away. Does not count as a failure. */
export class PostponeJob extends Error {
  constructor(readonly delayMs: number) {
    super(`The job is postponed by ${delayMs} ms`);
  }
}

/**
 * Hands jobs to workers, at least once. It may forget everything: whoever enqueues refills it from the events
 * (see RefillQueue). There is one job for a task at most, waiting or being done: adding it again changes nothing.
 */
export interface JobQueue {
  /** Resolves when the queue has the jobs. Waits while the queue is away, until `signal` aborts. */
  enqueue(jobs: readonly Job[], signal?: AbortSignal): Promise<void>;
  /**
   * Begins to process jobs, so many at a time. To be called once.
   * @param onFailure is told of every failed attempt
   */
  process(processor: JobProcessor, concurrency: number, onFailure: (job: Job, error: unknown) => void): Promise<void>;
  /** How many jobs wait and how many are being done, for metrics. */
  counts(): Promise<Readonly<{ waiting: number; active: number }>>;
  /** Takes no further jobs, and waits for those being done. When `cutOff` aborts, so do their signals; their end is waited for. */
  close(cutOff: AbortSignal): Promise<void>;
}

/** NestJS token. */
export const JOB_QUEUE = Symbol('JobQueue');

/** NestJS token of the JobProcessor of worker processes. */
export const JOB_PROCESSOR = Symbol('JobProcessor');
