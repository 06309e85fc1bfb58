import fc from 'fast-check';
import type { TaskListQuery, TaskSortKey } from '../../../src/projections/tasks/task.read-model.js';
import type { TaskHistory } from './task-history.js';

const START = Date.parse('2026-02-01T00:00:00.000Z');
const PROJECTS = ['mine', 'theirs', 'Mine'];

const nullable = (...values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: null });
const time = fc.integer({ min: 0, max: 5 }).map((ms) => new Date(START + ms).toISOString());
const type = fc.constantFrom('import', 'export', 'clone', 'api_image_import', 'location_import');

export const someTask = fc.record({
  request: fc.record({
    taskType: type,
    owner: nullable(...PROJECTS),
    imageId: nullable('i', 'I', 'j'),
    requestId: nullable('r', 's'),
    userId: nullable('u', 'ü'),
    createdAt: time,
  }),
  begunAt: time,
  expiresAt: time,
  end: fc.constantFrom('pending', 'processing', 'success', 'failure', 'expired'),
});

type SomeTask = typeof someTask extends fc.Arbitrary<infer Value> ? Value : never;

/** Lets a task have the life that was made up for it. */
export const liveTask = async (history: TaskHistory, { request, begunAt, expiresAt, end }: SomeTask): Promise<void> => {
  const id = await history.created(request);
  if (end === 'pending') return;
  await history.happened(id, 'TaskStarted', {}, begunAt);
  if (end === 'success') await history.happened(id, 'TaskSucceeded', { result: {}, expiresAt }, begunAt);
  if (end === 'failure' || end === 'expired')
    await history.happened(id, 'TaskFailed', { message: '', expiresAt }, begunAt);
  if (end === 'expired') await history.happened(id, 'TaskExpired', {}, begunAt);
};

const KEYS: readonly TaskSortKey[] = [
  'id',
  'type',
  'status',
  'owner',
  'expires_at',
  'created_at',
  'updated_at',
  'image_id',
  'request_id',
  'user_id',
];

const someFilters: fc.Arbitrary<TaskListQuery['filters']> = fc.record(
  {
    type,
    status: fc.constantFrom('pending', 'processing', 'success', 'failure'),
    owner: fc.constantFrom(...PROJECTS, ''),
    image_id: fc.constantFrom('i', 'I'),
    request_id: fc.constant('r'),
    user_id: fc.constantFrom('u', 'ü'),
  },
  { requiredKeys: [] },
);

export const someTaskQuery: fc.Arbitrary<TaskListQuery> = fc.record({
  viewer: fc.record({ projectId: fc.option(fc.constantFrom(...PROJECTS), { nil: null }), isAdmin: fc.boolean() }),
  filters: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: someFilters }),
  sort: fc.record({ key: fc.constantFrom(...KEYS), direction: fc.constantFrom('asc', 'desc') }),
  after: fc.constant(null),
  now: time,
  limit: fc.integer({ min: 1, max: 7 }),
});
