import type { Job } from './job-queue.js';

/** Jobs in the order in which they are to be done: by priority, equal ones as they came. */
export class WaitingJobs {
  private readonly jobs: Job[] = [];

  get size(): number {
    return this.jobs.length;
  }

  add(job: Job): void {
    const before = this.jobs.findLastIndex(({ priority }) => priority <= job.priority);
    this.jobs.splice(before + 1, 0, job);
  }

  next(): Job | undefined {
    return this.jobs.shift();
  }
}
