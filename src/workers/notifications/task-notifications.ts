import type { TaskEvent } from '../../events/contracts/task-events.js';
import type { JsonObject } from '../../kernel/json.js';
import type { ProjectedEvent } from '../../projections/projection.js';
import { evolveTaskDetails } from '../../projections/tasks/task.projection.js';
import type { TaskDetails } from '../../projections/tasks/task.read-model.js';
import type { Moment } from '../consumers/stream-folds.js';
import { deletedAt, notDeleted, told, wholeSeconds } from './notification.js';
import type { Told } from './notification.js';

/** What Glance would have told when an event of a task happened. Of a run that failed over an image it tells nothing. */
export function taskNotifications(event: TaskEvent, moment: Moment<TaskDetails>): readonly Told[] {
  const task = moment.after ?? moment.before;
  if (task === null) return [];
  const { recordedAt } = moment.envelope.metadata;
  const tell = (name: string, of = task): Told => told(`task.${name}`, taskPayload(of, recordedAt));
  switch (event.type) {
    case 'TaskCreated':
      return [tell('create')];
    case 'TaskStarted':
      return [tell('processing')];
    case 'TaskSucceeded':
      return [tell('success'), tell('run', asCreated(task))];
    case 'TaskFailed':
      return [tell('failure'), ...(task.imageId === null ? [tell('run', asCreated(task))] : [])];
    case 'TaskExpired':
      return [told('task.delete', { ...taskPayload(task, recordedAt), ...deletedAt(recordedAt) })];
    case 'TaskStepCompleted':
    case 'TaskAttemptFailed':
      return [];
  }
}

/** One more event of a task. The image that it makes is known by one of its steps. */
export function evolveToldTask(task: TaskDetails | null, projected: ProjectedEvent<TaskEvent>): TaskDetails | null {
  const evolved = evolveTaskDetails(task, projected);
  const { type, data } = projected.event;
  const imageId = type === 'TaskStepCompleted' ? data.outcome['imageId'] : null;
  return evolved !== null && typeof imageId === 'string' ? { ...evolved, imageId } : evolved;
}

/** Input, result and message stay here: they may hold what is nobody else's business. */
const taskPayload = (task: TaskDetails, at: string): JsonObject => ({
  id: task.id,
  type: task.type,
  status: task.status,
  result: null,
  owner: task.owner,
  message: null,
  expires_at: wholeSeconds(task.expiresAt ?? at), // as for Glance, no time is the present
  created_at: wholeSeconds(task.createdAt),
  updated_at: wholeSeconds(task.updatedAt),
  ...notDeleted,
});

/** Glance tells of the run when it is over, with the task as it was before. */
const asCreated = (task: TaskDetails): TaskDetails => ({
  ...task,
  status: 'pending',
  updatedAt: task.createdAt,
  expiresAt: null,
});
