import type { TaskType } from '../../events/contracts/task-events.js';

/** Everything that can be shown of a task. Times are ISO 8601 UTC with milliseconds. */
export type TaskDetails = Readonly<{
  id: string;
  /** Revision of the last event folded in. */
  revision: number;
  type: TaskType;
  status: 'pending' | 'processing' | 'success' | 'failure';
  owner: string | null;
  input: Readonly<Record<string, unknown>>;
  result: Readonly<Record<string, unknown>> | null;
  /** Why it failed; '' when it did not. */
  message: string;
  imageId: string | null;
  requestId: string | null;
  userId: string | null;
  createdAt: string;
  updatedAt: string;
  /** Null until the task has ended. */
  expiresAt: string | null;
}>;

export type TaskSortKey =
  | 'id'
  | 'type'
  | 'status'
  | 'owner'
  | 'expires_at'
  | 'created_at'
  | 'updated_at'
  | 'image_id'
  | 'request_id'
  | 'user_id';

/** Whose view it is: an admin sees all, others the tasks of their project and those of nobody. */
export type TaskViewer = Readonly<{ projectId: string | null; isAdmin: boolean }>;

export type TaskListQuery = Readonly<{
  viewer: TaskViewer;
  /** Equality filters that are joined by AND. */
  filters: Readonly<Partial<Record<'type' | 'status' | 'owner' | 'image_id' | 'request_id' | 'user_id', string>>>;
  sort: Readonly<{ key: TaskSortKey; direction: 'asc' | 'desc' }>;
  /** Rows after this task in the order (ties broken by creation, then id); it need not match the filters itself. */
  after: TaskDetails | null;
  /** ISO 8601: tasks that expired before are not listed. */
  now: string;
  limit: number;
}>;

/** Tasks as they can be shown and listed. Expired ones are not here once the log says so. */
export interface TaskReadModel {
  find(taskId: string): Promise<TaskDetails | null>;
  list(query: TaskListQuery): Promise<readonly TaskDetails[]>;
  /** Unexpired tasks of an image, newest first. */
  ofImage(imageId: string, viewer: TaskViewer, now: string): Promise<readonly TaskDetails[]>;
  /** Tasks that are pending or processing, by id, after the given one: for refilling queues. */
  unfinished(afterId: string | null, limit: number): Promise<readonly TaskDetails[]>;
  /** Tasks whose time was over at `now`, oldest first. */
  expired(now: string, limit: number): Promise<readonly TaskDetails[]>;
}

/** NestJS token. */
export const TASK_READ_MODEL = Symbol('TaskReadModel');
