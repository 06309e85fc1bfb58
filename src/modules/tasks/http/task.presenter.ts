import { presentTime } from '../../../http/present-time.js';
import { copiedMessage } from '../../../kernel/copied-message.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { TaskProgress } from '../../../kernel/task-progress.js';
import type { TaskView } from '../queries/task.queries.js';

/** A task in full. `progress` is there only while somebody works on it. */
export function presentTask(task: TaskView): JsonObject {
  const progress = currentProgress(task);
  return {
    id: task.id,
    input: json(task.input),
    type: task.type,
    status: task.status,
    owner: task.owner,
    message: presentMessage(task),
    result: json(task.result),
    ...shared(task),
    ...(task.imageId !== null && { image_id: task.imageId }),
    ...(task.requestId !== null && { request_id: task.requestId }),
    ...(task.userId !== null && { user_id: task.userId }),
    ...(progress !== null && { progress: presentProgress(progress) }),
    ...expiry(task),
  };
}

/** A task in a list. */
export const presentTaskStub = (task: TaskView): JsonObject => ({
  id: task.id,
  type: task.type,
  status: task.status,
  owner: task.owner,
  ...shared(task),
  ...expiry(task),
});

/** A task in the list of an image: as a row of a database, which is what clients have always got there. */
export const presentTaskRow = (task: TaskView): JsonObject => ({
  id: task.id,
  type: task.type,
  status: task.status,
  owner: task.owner,
  expires_at: task.expiresAt === null ? null : rowTime(task.expiresAt),
  created_at: rowTime(task.createdAt),
  updated_at: rowTime(lastSignOfLife(task)),
  deleted_at: null,
  deleted: false,
  image_id: task.imageId,
  request_id: task.requestId,
  user_id: task.userId,
  input: json(task.input),
  result: json(task.result),
  message: presentMessage(task),
});

/** How far a task is, as the stream of its progress tells it. */
export function presentTaskState(task: TaskView): JsonObject {
  const progress = currentProgress(task);
  return {
    status: task.status,
    step: progress?.step ?? null,
    bytes_done: progress?.bytesDone ?? null,
    bytes_expected: progress?.bytesExpected ?? null,
    message: presentMessage(task),
  };
}

const shared = (task: TaskView): JsonObject => ({
  created_at: presentTime(task.createdAt),
  updated_at: presentTime(lastSignOfLife(task)),
  self: `/v2/tasks/${task.id}`,
  schema: '/v2/schemas/task',
});

const expiry = ({ expiresAt }: TaskView): JsonObject =>
  expiresAt === null ? {} : { expires_at: presentTime(expiresAt) };

/** What was reported last may outlive the work that it was about. */
const currentProgress = ({ status, progress }: TaskView): TaskProgress | null =>
  status === 'processing' ? progress : null;

function presentMessage(task: TaskView): string {
  const progress = currentProgress(task);
  return progress === null ? task.message : copiedMessage(progress.bytesDone);
}

const presentProgress = ({ step, bytesDone, bytesExpected, updatedAt }: TaskProgress): JsonObject => ({
  step,
  bytes_done: bytesDone,
  bytes_expected: bytesExpected,
  updated_at: presentTime(updatedAt),
});

/** ISO 8601 times of one form are in the order of their texts. */
const lastSignOfLife = (task: TaskView): string => {
  const reported = currentProgress(task)?.updatedAt ?? '';
  return reported > task.updatedAt ? reported : task.updatedAt;
};

/** Microseconds, and nothing that says UTC. */
const rowTime = (iso: string): string => `${iso.replace('Z', '')}000`;

/** Input and result are JSON, for they come out of the log. */
const json = (value: TaskView['result']): Json => value as Json;
