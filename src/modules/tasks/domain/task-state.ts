import type { TaskType } from '../../../events/contracts/task-events.js';
import type { TaskInput } from './task.commands.js';

export const TASK_STATUSES = ['pending', 'processing', 'success', 'failure'] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What decisions about a task depend on. Folded from its events, never stored. */
export type TaskState = Readonly<{
  status: 'absent' | 'expired' | TaskStatus;
  taskType: TaskType;
  owner: string | null;
  input: TaskInput;
  imageId: string | null;
  requestId: string | null;
  userId: string | null;
  /** Outcomes of completed steps, by step. */
  steps: Readonly<Record<string, TaskInput>>;
  /** Attempts that failed in a way that may heal. */
  failedAttempts: number;
  expiresAt: string | null;
}>;

export const absentTask: TaskState = {
  status: 'absent',
  taskType: 'import',
  owner: null,
  input: {},
  imageId: null,
  requestId: null,
  userId: null,
  steps: {},
  failedAttempts: 0,
  expiresAt: null,
};

export const hasEnded = ({ status }: TaskState): boolean =>
  status === 'success' || status === 'failure' || status === 'expired';
