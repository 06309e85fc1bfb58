import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import { CUT_OFF } from '../kernel/cut-off.js';
import { JOB_PROCESSOR, JOB_QUEUE } from './queue/job-queue.js';
import type { JobProcessor, JobQueue } from './queue/job-queue.js';
import { JOB_QUEUE_LOG } from './queue/job-queue-log.js';
import type { JobQueueLog } from './queue/job-queue-log.js';

/**
 * Does jobs while the application runs. At a stop they may finish until the cut-off, at the same time as the uploads and
 * requests in flight; those that take longer are given back.
 */
@Injectable()
export class TaskWorkerService implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private closed: Promise<void> = Promise.resolve();

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(JOB_PROCESSOR) private readonly processor: JobProcessor,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'tasks'>,
    @Inject(JOB_QUEUE_LOG) private readonly log: JobQueueLog,
    @Inject(CUT_OFF) private readonly cutOff: AbortSignal,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { tasks } = this.config;
    await this.queue.process(this.processor, tasks.concurrency, (job, error) => this.log.failed(job, error));
  }

  /** Not awaited here: connections are closed only when all of these hooks are through. */
  beforeApplicationShutdown(): void {
    this.closed = this.queue.close(this.cutOff);
    this.closed.catch(() => undefined); // told by the next hook
  }

  async onApplicationShutdown(): Promise<void> {
    await this.closed;
  }
}
