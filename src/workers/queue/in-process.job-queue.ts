import { growingPauseMs } from '../growing-pause.js';
import { PostponeJob } from './job-queue.js';
import type { Job, JobProcessor, JobQueue } from './job-queue.js';
import { RunningJobs } from './running-jobs.js';
import { WaitingJobs } from './waiting-jobs.js';

type Processing = Readonly<{
  processor: JobProcessor;
  concurrency: number;
  onFailure: (job: Job, error: unknown) => void;
}>;

/** Keeps the jobs in memory and does them in this process. A restart forgets them: the events bring them back. */
export class InProcessJobQueue implements JobQueue {
  /** Tasks that have a job, with how often it failed. */
  private readonly failures = new Map<string, number>();
  private readonly waiting = new WaitingJobs();
  private readonly pausing = new Set<NodeJS.Timeout>();
  private readonly running = new RunningJobs();
  private processing: Processing | null = null;
  private closed = false;

  enqueue(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      if (this.failures.has(job.taskId)) continue;
      this.failures.set(job.taskId, 0);
      this.waiting.add(job);
    }
    this.begin();
    return Promise.resolve();
  }

  process(processor: JobProcessor, concurrency: number, onFailure: Processing['onFailure']): Promise<void> {
    this.processing = { processor, concurrency, onFailure };
    this.begin();
    return Promise.resolve();
  }

  counts(): Promise<Readonly<{ waiting: number; active: number }>> {
    return Promise.resolve({ waiting: this.waiting.size + this.pausing.size, active: this.running.size });
  }

  async close(cutOff: AbortSignal): Promise<void> {
    this.closed = true;
    for (const pause of this.pausing) clearTimeout(pause);
    this.pausing.clear();
    await this.running.end(cutOff);
  }

  private begin(): void {
    const { processing } = this;
    if (processing === null) return;
    while (!this.closed && this.running.size < processing.concurrency) {
      const job = this.waiting.next();
      if (job === undefined) return;
      void this.attempt(job, processing).then(() => this.begin());
    }
  }

  /** Never rejects. */
  private async attempt(job: Job, { processor, onFailure }: Processing): Promise<void> {
    try {
      await this.running.run((signal) => processor(job, signal));
      this.failures.delete(job.taskId);
    } catch (error) {
      if (error instanceof PostponeJob) this.addAfter(error.delayMs, job);
      else if (!this.running.aborted) this.failed(job, error, onFailure);
    }
  }

  private failed(job: Job, error: unknown, onFailure: Processing['onFailure']): void {
    const failures = (this.failures.get(job.taskId) ?? 0) + 1;
    this.failures.set(job.taskId, failures);
    this.addAfter(growingPauseMs(failures), job);
    onFailure(job, error);
  }

  private addAfter(pauseMs: number, job: Job): void {
    if (this.closed) return;
    const pause = setTimeout(() => {
      this.pausing.delete(pause);
      this.waiting.add(job);
      this.begin();
    }, pauseMs);
    this.pausing.add(pause);
  }
}
