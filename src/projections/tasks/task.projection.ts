import type { TaskEvent } from '../../events/contracts/task-events.js';
import type { ProjectedEvent } from '../projection.js';
import type { TaskDetails } from './task.read-model.js';

const STREAM_PREFIX = 'task-';

/** The task that a stream is about. */
export const taskIdOf = (stream: string): string => stream.slice(STREAM_PREFIX.length);

/** The stream that a task's events are in. */
export const taskStreamOf = (taskId: string): string => `${STREAM_PREFIX}${taskId}`;

/**
 * Folds one more event into what can be shown of a task; null when there is nothing (any more) to show.
 * An event that the document has seen already changes nothing.
 */
export const evolveTaskDetails = (
  document: TaskDetails | null,
  { event, envelope }: ProjectedEvent<TaskEvent>,
): TaskDetails | null => {
  if (document === null) return event.type === 'TaskCreated' ? created(event.data, envelope.revision) : null;
  if (envelope.revision <= document.revision) return document;
  const change = changeOf(event);
  if (change === null) return null;
  return { ...document, ...change, revision: envelope.revision, updatedAt: envelope.metadata.recordedAt };
};

/** The fields that get new values; null when the task is forgotten. */
const changeOf = (event: TaskEvent): Partial<TaskDetails> | null => {
  switch (event.type) {
    case 'TaskCreated':
    case 'TaskStepCompleted':
    case 'TaskAttemptFailed':
      return {};
    case 'TaskStarted':
      return { status: 'processing' };
    case 'TaskSucceeded':
      return { ...event.data, status: 'success' };
    case 'TaskFailed':
      return { ...event.data, status: 'failure' };
    case 'TaskExpired':
      return null;
  }
};

type Created = Extract<TaskEvent, { type: 'TaskCreated' }>['data'];

const created = ({ taskId, taskType, createdAt, ...request }: Created, revision: number): TaskDetails => ({
  id: taskId,
  revision,
  type: taskType,
  status: 'pending',
  ...request,
  result: null,
  message: '',
  createdAt,
  updatedAt: createdAt,
  expiresAt: null,
});
