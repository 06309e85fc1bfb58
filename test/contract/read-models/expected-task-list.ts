import type { TaskDetails, TaskListQuery, TaskSortKey } from '../../../src/projections/tasks/task.read-model.js';

/** The rules of a list said once more, without any thought of speed. */
export const expectedTaskList = (tasks: readonly TaskDetails[], query: TaskListQuery): readonly TaskDetails[] =>
  tasks
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > query.now)
    .filter(({ owner }) => query.viewer.isAdmin || owner === null || owner === query.viewer.projectId)
    .filter((task) => Object.entries(query.filters).every(([key, value]) => FIELDS[key as TaskSortKey](task) === value))
    .sort((one, other) => compare(one, other, query.sort))
    .slice(0, query.limit);

const FIELDS: Readonly<Record<TaskSortKey, (task: TaskDetails) => string | null>> = {
  id: ({ id }) => id,
  type: ({ type }) => type,
  status: ({ status }) => status,
  owner: ({ owner }) => owner,
  expires_at: ({ expiresAt }) => expiresAt,
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  image_id: ({ imageId }) => imageId,
  request_id: ({ requestId }) => requestId,
  user_id: ({ userId }) => userId,
};

/** Rows without a value come first, as if it were empty. */
const compare = (one: TaskDetails, other: TaskDetails, { key, direction }: TaskListQuery['sort']): number => {
  for (const each of [key, 'created_at', 'id'] as const) {
    const [left, right] = [FIELDS[each](one) ?? '', FIELDS[each](other) ?? ''].map((text) => Buffer.from(text));
    const difference = Buffer.compare(left!, right!);
    if (difference !== 0) return direction === 'asc' ? difference : -difference;
  }
  return 0;
};
