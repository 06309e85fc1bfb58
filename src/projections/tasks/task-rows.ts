import { encodeTask } from './task-document.codec.js';
import type { TasksTable } from './task-tables.js';
import type { TaskDetails } from './task.read-model.js';

/** What a document puts into the table of tasks. */
export const taskRow = (task: TaskDetails): TasksTable => ({
  id: task.id,
  revision: task.revision,
  type: task.type,
  status: task.status,
  unfinished: Number(task.status === 'pending' || task.status === 'processing'),
  owner: task.owner,
  image_id: task.imageId,
  request_id: task.requestId,
  user_id: task.userId,
  created_at: Date.parse(task.createdAt),
  updated_at: Date.parse(task.updatedAt),
  expires_at: task.expiresAt === null ? null : Date.parse(task.expiresAt),
  document: encodeTask(task),
});
