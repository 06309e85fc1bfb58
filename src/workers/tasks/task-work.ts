import type { TaskType } from '../../events/contracts/task-events.js';
import type { TaskInput } from '../../modules/tasks/domain/task.commands.js';
import type { TaskRun } from './task-run.js';

/**
 * How tasks of one type are done. Both methods may be cut off anywhere and are then run again, perhaps by another process:
 * they look at what there is before they act.
 */
export interface TaskWork {
  readonly taskType: TaskType;

  /** @returns the result of the task; what it throws fails the task, or is tried again if it may heal */
  run(run: TaskRun): Promise<TaskInput>;

  /** What there is to say of a task that has succeeded, beside its result; nothing unless the work says so. */
  summaryOf?(run: TaskRun): string;

  /** Undoes what the task has begun, once it is decided that it fails. */
  giveUp(run: TaskRun, reason: string): Promise<void>;
}

/** NestJS token of all TaskWork there is. */
export const TASK_WORKS = Symbol('TaskWorks');
