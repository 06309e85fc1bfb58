import type { TaskEvent } from '../../../../../src/events/contracts/task-events.js';
import type { CreateTask, TaskCommand } from '../../../../../src/modules/tasks/domain/task.commands.js';

type CommandOf<Type extends TaskCommand['type']> = Extract<TaskCommand, { type: Type }>;

export const TASK_ID = '0b9ac5f4-7a0e-4a53-9d5b-8a2f4f6f1a11';
export const NOW = '2026-01-02T03:04:05.000Z';
export const EXPIRES_AT = '2026-01-04T03:04:05.000Z';

const of = { taskId: TASK_ID, now: NOW };

const request = {
  taskType: 'import',
  owner: 'project-a',
  input: { import_from: 'https://example.org/a' },
  imageId: null,
  requestId: 'req-1',
  userId: 'user-a',
} as const;

export const createTask = (overrides: Partial<CreateTask> = {}): CreateTask => ({
  type: 'CreateTask',
  ...of,
  ...request,
  ...overrides,
});
export const startTask: CommandOf<'StartTask'> = { type: 'StartTask', ...of };
export const completeStep = (step: string, outcome = {}): CommandOf<'CompleteTaskStep'> => ({
  type: 'CompleteTaskStep',
  ...of,
  step,
  outcome,
});
export const failAttempt: CommandOf<'FailTaskAttempt'> = { type: 'FailTaskAttempt', ...of, reason: 'away' };
export const succeedTask: CommandOf<'SucceedTask'> = {
  type: 'SucceedTask',
  ...of,
  result: { image_id: 'image-1' },
  message: '',
  expiresAt: EXPIRES_AT,
};
export const failTask: CommandOf<'FailTask'> = { type: 'FailTask', ...of, message: 'no', expiresAt: EXPIRES_AT };
export const expireTask = (now: string): CommandOf<'ExpireTask'> => ({ type: 'ExpireTask', ...of, now });

export const created: TaskEvent = {
  type: 'TaskCreated',
  schemaVersion: 1,
  data: { taskId: TASK_ID, ...request, createdAt: NOW },
};
export const started: TaskEvent = { type: 'TaskStarted', schemaVersion: 1, data: {} };
export const stepCompleted = (step: string, outcome = {}): TaskEvent => ({
  type: 'TaskStepCompleted',
  schemaVersion: 1,
  data: { step, outcome },
});
export const attemptFailed: TaskEvent = { type: 'TaskAttemptFailed', schemaVersion: 1, data: { reason: 'away' } };
export const succeeded = {
  type: 'TaskSucceeded',
  schemaVersion: 1,
  data: { result: { image_id: 'image-1' }, expiresAt: EXPIRES_AT },
} as const satisfies TaskEvent;
export const failed: TaskEvent = {
  type: 'TaskFailed',
  schemaVersion: 1,
  data: { message: 'no', expiresAt: EXPIRES_AT },
};
export const expired: TaskEvent = { type: 'TaskExpired', schemaVersion: 1, data: {} };
