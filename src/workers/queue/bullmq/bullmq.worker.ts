import { DelayedError, WaitingError, Worker } from 'bullmq';
import type { Job as BullJob, Queue } from 'bullmq';
import { growingPauseMs } from '../../growing-pause.js';
import { PostponeJob } from '../job-queue.js';
import type { Job, JobProcessor } from '../job-queue.js';
import { RunningJobs } from '../running-jobs.js';
import { taskIdOf } from './job-form.js';
import type { RedisOutages } from './redis-outages.js';
import { within } from './within.js';

/** A worker that shows no sign of life for so long has lost its jobs... */
const LOCK_MS = 15_000;
/** ...which the others notice at their next look. */
const STALLED_LOOK_MS = 5000;
/** How soon a command that failed with the connection is tried again. */
const RETRY_MS = 1000;
/** What the last words to Redis may take before a stop goes on without them. */
const LAST_WORDS_MS = 2000;

/** BullMQ's side of one process that does jobs. */
export class BullMqWorker {
  private readonly running = new RunningJobs();
  private readonly worker: Worker;
  private stopping = false;

  constructor(
    private readonly queue: Queue,
    private readonly processor: JobProcessor,
    concurrency: number,
    private readonly onFailure: (job: Job, error: unknown) => void,
    outages: RedisOutages,
  ) {
    this.worker = new Worker(queue.name, (job, token) => this.attempt(job, token), {
      connection: queue.opts.connection,
      ...(queue.opts.prefix !== undefined && { prefix: queue.opts.prefix }),
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_LOOK_MS,
      maxStalledCount: Number.MAX_SAFE_INTEGER, // a job is not to blame for workers that died
      runRetryDelay: RETRY_MS,
      settings: { backoffStrategy: growingPauseMs },
    });
    this.worker.on('error', (error) => isLostJob(error) || outages.noticed(error));
    this.worker.on('active', () => outages.over());
  }

  /** Takes nothing more, lets jobs end until the cut-off, and gives back those that did not. */
  async close(cutOff: AbortSignal): Promise<void> {
    this.stopping = true;
    await this.worker.pause(true);
    await this.running.end(cutOff);
    const answers = await within(LAST_WORDS_MS, this.queue.getVersion());
    await within(LAST_WORDS_MS, this.worker.close(!answers));
  }

  /** @throws what tells BullMQ where the job goes next */
  private async attempt(bullJob: BullJob, token = ''): Promise<void> {
    const job: Job = { taskId: taskIdOf(bullJob), priority: bullJob.priority };
    await this.running.run(async (signal) => {
      if (this.stopping) await giveBack(bullJob, token); // was on its way to this worker
      try {
        await this.processor(job, signal);
      } catch (error) {
        if (signal.aborted) await giveBack(bullJob, token);
        if (error instanceof PostponeJob) await postpone(bullJob, token, error.delayMs);
        this.onFailure(job, error);
        throw new Error('The attempt failed'); // the cause is the log's, not for Redis
      }
    });
  }
}

/** For another worker to take at once. */
async function giveBack(job: BullJob, token: string): Promise<never> {
  await within(LAST_WORDS_MS, job.moveToWait(token));
  throw new WaitingError();
}

async function postpone(job: BullJob, token: string, delayMs: number): Promise<never> {
  await job.moveToDelayed(Date.now() + delayMs, token).catch((error: unknown) => {
    if (!isLostJob(error)) throw error;
  });
  throw new DelayedError();
}

/** Redis was flushed, or somebody else took the job over: its task says what is still to be done. */
const isLostJob = (error: unknown): boolean =>
  error instanceof Error &&
  /^(Missing (lock|key) for job|Lock mismatch for job|could not renew lock for job|Job \S+ is not in the)/.test(
    error.message,
  );
