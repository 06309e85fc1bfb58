import type { TaskEvent } from '../../../events/contracts/task-events.js';
import type { TaskState } from './task-state.js';

type Created = Extract<TaskEvent, { type: 'TaskCreated' }>['data'];
type StepCompleted = Extract<TaskEvent, { type: 'TaskStepCompleted' }>['data'];

/** What a task is after an event. Never refuses: what happened, happened. */
export const evolveTask = (state: TaskState, event: TaskEvent): TaskState => {
  switch (event.type) {
    case 'TaskCreated':
      return created(event.data);
    case 'TaskStarted':
      return { ...state, status: 'processing' };
    case 'TaskStepCompleted':
      return withStep(state, event.data);
    case 'TaskAttemptFailed':
      return { ...state, failedAttempts: state.failedAttempts + 1 };
    case 'TaskSucceeded':
      return { ...state, status: 'success', expiresAt: event.data.expiresAt };
    case 'TaskFailed':
      return { ...state, status: 'failure', expiresAt: event.data.expiresAt };
    case 'TaskExpired':
      return { ...state, status: 'expired' };
  }
};

const created = ({ taskType, owner, input, imageId, requestId, userId }: Created): TaskState => ({
  status: 'pending',
  taskType,
  owner,
  input,
  imageId,
  requestId,
  userId,
  steps: {},
  failedAttempts: 0,
  expiresAt: null,
});

const withStep = (state: TaskState, { step, outcome }: StepCompleted): TaskState => ({
  ...state,
  steps: { ...state.steps, [step]: outcome },
});
