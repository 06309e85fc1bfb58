import type { TaskView } from '../../src/modules/tasks/queries/task.queries.js';

/** A pending task as queries give it; a test says only what it is about. */
export const taskView = (fields: Partial<TaskView> = {}): TaskView => ({
  id: '11111111-2222-4333-8444-555555555555',
  revision: 0,
  type: 'import',
  status: 'pending',
  owner: 'p1',
  input: { import_from: 'http://host/a' },
  result: null,
  message: '',
  imageId: null,
  requestId: null,
  userId: null,
  createdAt: '2026-03-01T12:00:00.123Z',
  updatedAt: '2026-03-01T12:00:00.123Z',
  expiresAt: null,
  progress: null,
  ...fields,
});

/** A report of 5 of 10 MiB, half a minute after the task was created. */
export const halfDone = {
  step: 'download',
  bytesDone: 5 * 2 ** 20 + 7,
  bytesExpected: 10 * 2 ** 20,
  updatedAt: '2026-03-01T12:00:30.000Z',
} as const;
