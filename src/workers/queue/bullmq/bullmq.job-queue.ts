import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { JobQueueUnavailable } from '../job-queue.errors.js';
import type { Job, JobProcessor, JobQueue } from '../job-queue.js';
import { BullMqWorker } from './bullmq.worker.js';
import { bullJobOf } from './job-form.js';
import type { RedisOutages } from './redis-outages.js';
import { within } from './within.js';

const RETRY_MS = 200;
/** What a count may take: metrics do not wait for a server that hangs. */
const COUNT_MS = 2000;

/** Shares the jobs with all processes that use the same Redis and prefix. Owns the connection. */
export class BullMqJobQueue implements JobQueue {
  private readonly closing = new AbortController();
  private worker: BullMqWorker | null = null;
  private closed: Promise<void> | null = null;

  constructor(
    private readonly queue: Queue,
    private readonly redis: Redis,
    private readonly outages: RedisOutages,
  ) {
    queue.on('error', (error) => outages.noticed(error));
  }

  async enqueue(jobs: readonly Job[], signal?: AbortSignal): Promise<void> {
    if (jobs.length === 0) return;
    const ending = AbortSignal.any([this.closing.signal, ...(signal ? [signal] : [])]);
    await orAborted(ending, this.add(jobs, ending));
  }

  process(processor: JobProcessor, concurrency: number, onFailure: (job: Job, error: unknown) => void): Promise<void> {
    this.worker = new BullMqWorker(this.queue, processor, concurrency, onFailure, this.outages);
    return Promise.resolve();
  }

  /** @throws JobQueueUnavailable while Redis is away */
  async counts(): Promise<Readonly<{ waiting: number; active: number }>> {
    const counting = this.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active');
    if (!(await within(COUNT_MS, counting))) throw new JobQueueUnavailable('Redis does not answer');
    const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = await counting;
    return { waiting: waiting + prioritized + delayed, active };
  }

  close(cutOff: AbortSignal): Promise<void> {
    return (this.closed ??= this.end(cutOff));
  }

  private async end(cutOff: AbortSignal): Promise<void> {
    await this.worker?.close(cutOff);
    this.closing.abort(new JobQueueUnavailable('The queue is closed'));
    await this.queue.close();
    this.redis.disconnect();
  }

  /** A connection that breaks in the middle takes the whole command with it; adding a job twice is harmless. */
  private async add(jobs: readonly Job[], signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.queue.addBulk(jobs.map(bullJobOf));
        return;
      } catch (error) {
        if (!isBrokenConnection(error)) throw new JobQueueUnavailable(`Redis refuses jobs: ${String(error)}`);
      }
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

const isBrokenConnection = (error: unknown): boolean =>
  Error.isError(error) && (/connection (is closed|close)/i.test(error.message) || 'syscall' in error);

/** @throws the abort's reason; the work may go on then */
async function orAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  signal.throwIfAborted();
  const done = new AbortController();
  const aborted = once(signal, 'abort', { signal: done.signal }).then(() => signal.throwIfAborted());
  aborted.catch(() => undefined);
  try {
    await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}
