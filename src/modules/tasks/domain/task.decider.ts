import type { TaskEvent } from '../../../events/contracts/task-events.js';
import type { Decider } from '../../../kernel/decider.js';
import { mustBeProcessing, mustBeUnfinished, mustHaveBeenCreated, statusConflict } from './task-guards.js';
import { absentTask, hasEnded } from './task-state.js';
import type { TaskState } from './task-state.js';
import type {
  CompleteTaskStep,
  CreateTask,
  ExpireTask,
  FailTask,
  FailTaskAttempt,
  StartTask,
  SucceedTask,
  TaskCommand,
} from './task.commands.js';
import { evolveTask } from './task.evolve.js';

const createTask = (command: CreateTask, state: TaskState): TaskEvent[] => {
  if (state.status !== 'absent') return [];
  const { taskId, taskType, owner, input, imageId, requestId, userId, now } = command;
  const data = { taskId, taskType, owner, input: { ...input }, imageId, requestId, userId, createdAt: now };
  return [{ type: 'TaskCreated', schemaVersion: 1, data }];
};

const startTask = (command: StartTask, state: TaskState): TaskEvent[] => {
  mustBeUnfinished(command, state, 'be started');
  return state.status === 'processing' ? [] : [{ type: 'TaskStarted', schemaVersion: 1, data: {} }];
};

const completeStep = (command: CompleteTaskStep, state: TaskState): TaskEvent[] => {
  mustBeProcessing(command, state, 'complete a step');
  const { step, outcome } = command;
  if (Object.hasOwn(state.steps, step)) return [];
  return [{ type: 'TaskStepCompleted', schemaVersion: 1, data: { step, outcome: { ...outcome } } }];
};

const failAttempt = (command: FailTaskAttempt, state: TaskState): TaskEvent[] => {
  mustBeProcessing(command, state, 'fail an attempt');
  return [{ type: 'TaskAttemptFailed', schemaVersion: 1, data: { reason: command.reason } }];
};

const succeedTask = (command: SucceedTask, state: TaskState): TaskEvent[] => {
  if (hasEnded(state)) return [];
  mustBeProcessing(command, state, 'succeed');
  const { result, message, expiresAt } = command;
  const data = { result: { ...result }, ...(message !== '' && { message }), expiresAt };
  return [{ type: 'TaskSucceeded', schemaVersion: 1, data }];
};

const failTask = (command: FailTask, state: TaskState): TaskEvent[] => {
  mustHaveBeenCreated(command, state);
  if (hasEnded(state)) return [];
  const { message, expiresAt } = command;
  return [{ type: 'TaskFailed', schemaVersion: 1, data: { message, expiresAt } }];
};

const expireTask = (command: ExpireTask, state: TaskState): TaskEvent[] => {
  mustHaveBeenCreated(command, state);
  if (state.status === 'expired') return [];
  const { expiresAt } = state;
  if (expiresAt === null || expiresAt > command.now) throw statusConflict(command, state, 'expire yet');
  return [{ type: 'TaskExpired', schemaVersion: 1, data: {} }];
};

const decideTask = (command: TaskCommand, state: TaskState): TaskEvent[] => {
  switch (command.type) {
    case 'CreateTask':
      return createTask(command, state);
    case 'StartTask':
      return startTask(command, state);
    case 'CompleteTaskStep':
      return completeStep(command, state);
    case 'FailTaskAttempt':
      return failAttempt(command, state);
    case 'SucceedTask':
      return succeedTask(command, state);
    case 'FailTask':
      return failTask(command, state);
    case 'ExpireTask':
      return expireTask(command, state);
  }
};

/** The life of one task, stream `task-<uuid>`: begun once, ended once, whoever works on it and how often. */
export const taskDecider: Decider<TaskState, TaskCommand, TaskEvent> = {
  initialState: absentTask,
  decide: decideTask,
  evolve: evolveTask,
  startsStream: ({ type }) => type === 'CreateTask',
};
