import { hasEnded } from './task-state.js';
import type { TaskState } from './task-state.js';
import { TaskNotFound, TaskStatusConflict } from './task.errors.js';

/** The part of a command that names its task. */
type ForTask = Readonly<{ taskId: string }>;

/** The one refusal for what does not exist, is not shown any more, or is not for the caller to see. */
export const taskNotFound = (taskId: string): TaskNotFound =>
  new TaskNotFound(`No task found with ID ${taskId}`, { taskId });

/** @throws TaskNotFound when there never was such a task */
export const mustHaveBeenCreated = ({ taskId }: ForTask, { status }: TaskState): void => {
  if (status === 'absent') throw taskNotFound(taskId);
};

/** @throws TaskNotFound, TaskStatusConflict unless the task is pending or processing */
export const mustBeUnfinished = (command: ForTask, state: TaskState, action: string): void => {
  mustHaveBeenCreated(command, state);
  if (hasEnded(state)) throw statusConflict(command, state, action);
};

/** @throws TaskNotFound, TaskStatusConflict unless somebody has begun with the task */
export const mustBeProcessing = (command: ForTask, state: TaskState, action: string): void => {
  mustHaveBeenCreated(command, state);
  if (state.status !== 'processing') throw statusConflict(command, state, action);
};

/** @param action completes the sentence "Task ... cannot ..." */
export const statusConflict = ({ taskId }: ForTask, { status }: TaskState, action: string): TaskStatusConflict =>
  new TaskStatusConflict(`Task ${taskId} cannot ${action} while its status is ${status}.`, { taskId, status });
