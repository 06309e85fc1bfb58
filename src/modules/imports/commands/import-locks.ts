import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../../../kernel/clock.js';
import type { Clock } from '../../../kernel/clock.js';
import { TASK_PROGRESS } from '../../../kernel/task-progress.js';
import type { TaskProgressBoard } from '../../../kernel/task-progress.js';
import { TASK_READ_MODEL } from '../../../projections/tasks/task.read-model.js';
import type { TaskReadModel } from '../../../projections/tasks/task.read-model.js';
import { EndTaskHandler } from '../../tasks/commands/end-task.handler.js';
import { TaskCommandHandler } from '../../tasks/commands/task-command.handler.js';
import type { TaskState } from '../../tasks/domain/task-state.js';

const MINUTE_MS = 60_000;
/** A task is created right after the lock was taken for it. */
const MAX_SILENCE_BEFORE_TASK_MS = MINUTE_MS;
const MAX_SILENCE_PENDING_MS = 120 * MINUTE_MS;
const MAX_SILENCE_MS = 60 * MINUTE_MS;

/** The locks that imports hold on images, each in the name of a task. Nobody waits for ever for a task that is dead. */
@Injectable()
export class ImportLocks {
  constructor(
    private readonly tasks: TaskCommandHandler,
    private readonly endTask: EndTaskHandler,
    @Inject(TASK_READ_MODEL) private readonly readModel: TaskReadModel,
    @Inject(TASK_PROGRESS) private readonly progress: TaskProgressBoard,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Whether the task that holds a lock has not been heard of for so long that another may take its place. */
  async isStale(taskId: string): Promise<boolean> {
    const { status } = await this.tasks.stateOf(taskId);
    const silentMs = this.clock.now().getTime() - (await this.lastSignOfLife(taskId));
    return silentMs > maxSilenceMs(status);
  }

  /** Ends the task whose lock has been taken away. */
  async expire(taskId: string): Promise<void> {
    const { status } = await this.tasks.stateOf(taskId);
    if (status !== 'absent') await this.endTask.fail(taskId, 'Expired lock preempted');
  }

  private async lastSignOfLife(taskId: string): Promise<number> {
    const [task, progress] = await Promise.all([this.readModel.find(taskId), this.progress.find([taskId])]);
    const reported = [task?.updatedAt, progress.get(taskId)?.updatedAt].filter((time) => time !== undefined);
    return Math.max(creationTime(taskId), ...reported.map((time) => Date.parse(time)));
  }
}

function maxSilenceMs(status: TaskState['status']): number {
  if (status === 'absent') return MAX_SILENCE_BEFORE_TASK_MS;
  return status === 'pending' ? MAX_SILENCE_PENDING_MS : MAX_SILENCE_MS;
}

/** Ids of our tasks begin with the time at which they were made (UUID version 7); others say nothing about it. */
function creationTime(taskId: string): number {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(taskId) ?? [];
  return high === undefined || low === undefined ? 0 : Number.parseInt(high + low, 16);
}
