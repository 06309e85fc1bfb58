import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { APP_CONFIG } from '../config/app-config.js';
import type { AppConfig } from '../config/app-config.js';
import type { TaskEvent } from '../events/contracts/task-events.js';
import { LEASES } from '../kernel/lease.js';
import type { Leases } from '../kernel/lease.js';
import { ProjectionRunner } from '../projections/projection-runner.js';
import { TASK_READ_MODEL } from '../projections/tasks/task.read-model.js';
import type { TaskReadModel } from '../projections/tasks/task.read-model.js';
import { holdLease } from './hold-lease.js';
import { JOB_QUEUE } from './queue/job-queue.js';
import type { JobQueue } from './queue/job-queue.js';
import { TaskPriorities } from './task-priorities.js';
import { WORKER_LOG } from './worker-log.js';
import type { WorkerLog } from './worker-log.js';

const NAME = 'refill-queue';
const PAUSE_MS = 5000;
const PAGE_SIZE = 500;

/**
 * Puts the jobs of all tasks that have not ended into the queue, again and again: what the queue forgot comes back, what it
 * has stays as it is. A queue that processes share is refilled by one of them at a time, others by each.
 */
@Injectable()
export class RefillQueueService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(TASK_READ_MODEL) private readonly tasks: TaskReadModel,
    private readonly priorities: TaskPriorities,
    private readonly projections: ProjectionRunner<TaskEvent>,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'tasks'>,
    @Inject(WORKER_LOG) private readonly log: Pick<WorkerLog, 'interrupted'>,
  ) {}

  onApplicationBootstrap(): void {
    const { leases, config, stopping } = this;
    const work = (signal: AbortSignal): Promise<void> => this.refillRepeatedly(signal);
    const onFailure = (error: unknown): void => this.log.interrupted(NAME, error);
    const isShared = config.tasks.redis !== null;
    this.running = isShared
      ? holdLease({ leases, name: NAME, work, onFailure }, stopping.signal)
      : work(stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Never rejects. */
  private async refillRepeatedly(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.refill(signal).catch((error: unknown) => {
        if (!signal.aborted) this.log.interrupted(NAME, error);
      });
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async refill(signal: AbortSignal): Promise<void> {
    // A process may have died between recording a task and projecting it.
    await this.projections.catchUp();
    let after: string | null = null;
    do {
      const page = await this.tasks.unfinished(after, PAGE_SIZE);
      const jobs = page.map(({ id, type }) => ({ taskId: id, priority: this.priorities.of(type) }));
      await this.queue.enqueue(jobs, signal);
      after = page.at(-1)?.id ?? null;
    } while (after !== null && !signal.aborted);
  }
}
