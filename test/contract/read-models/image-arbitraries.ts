import fc from 'fast-check';
import type {
  ImageFilter,
  ImageListQuery,
  ImageSortKey,
} from '../../../src/projections/images/image-details.read-model.js';
import type { ImageHistory } from './image-history.js';
import { storedData } from './image-history.js';

const PROJECTS = ['mine', 'theirs', 'Mine'];
const NAMES = ['a', 'A', 'a ', 'b', 'ä', '', 'b:c', '𝒳'];
const SECOND = Date.parse('2026-02-01T00:00:00.000Z');
const ENDS = ['none', 'none', 'none', 'none', 'pending_delete', 'deleted', 'killed', 'deactivated'] as const;

const time = fc.integer({ min: 0, max: 4000 }).map((ms) => new Date(SECOND + ms));
const name = fc.option(fc.constantFrom(...NAMES), { nil: null });
const format = fc.constantFrom('raw', 'qcow2', null);
const properties = fc.dictionary(fc.constantFrom('os', 'OS', '__proto__'), fc.constantFrom('x', 'X', ''), {
  noNullPrototype: true,
});
const tags = fc.uniqueArray(fc.constantFrom('t', 'T', 't ', 'u'));

export const someImage = fc.record({
  description: fc.record({
    owner: fc.option(fc.constantFrom(...PROJECTS), { nil: null }),
    name,
    visibility: fc.constantFrom('public', 'community', 'shared', 'private'),
    protected: fc.boolean(),
    hidden: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
    diskFormat: format,
    containerFormat: format,
    minDiskGb: fc.integer({ min: 0, max: 2 }),
    minRamMb: fc.integer({ min: 0, max: 2 }),
    properties,
    tags,
    createdAt: time.map((it) => it.toISOString()),
  }),
  updatedAt: time.map((it) => it.toISOString()),
  sizeBytes: fc.option(fc.integer({ min: 0, max: 2 }), { nil: null }),
  members: fc.uniqueArray(
    fc.record({ memberId: fc.constantFrom(...PROJECTS), answer: fc.constantFrom('pending', 'accepted', 'rejected') }),
    { selector: ({ memberId }) => memberId },
  ),
  end: fc.constantFrom(...ENDS),
});

type SomeImage = typeof someImage extends fc.Arbitrary<infer Value> ? Value : never;

/** Lets an image have the life that was made up for it. */
export const live = async (
  history: ImageHistory,
  { description, updatedAt: at, sizeBytes, members, end }: SomeImage,
): Promise<void> => {
  const id = await history.created(description);
  if (sizeBytes !== null) await history.happened(id, 'ImageDataStored', storedData(sizeBytes), at);
  for (const { memberId, answer } of members) {
    await history.happened(id, 'ImageMemberAdded', { memberId }, at);
    if (answer === 'accepted') await history.happened(id, 'ImageMemberAccepted', { memberId }, at);
    if (answer === 'rejected') await history.happened(id, 'ImageMemberRejected', { memberId }, at);
  }
  if (end === 'deactivated') await history.happened(id, 'ImageDeactivated', {}, at);
  if (end === 'deleted') await history.happened(id, 'ImageDeleted', { deletedAt: at }, at);
  if (end === 'pending_delete')
    await history.happened(id, 'ImageDeletionScheduled', { deletedAt: at, scrubAfter: at }, at);
  if (end === 'killed')
    await history.happened(id, 'ImageUploadFailed', { uploadId: 'upload', reason: '', status: 'killed' }, at);
};

const someFilter: fc.Arbitrary<ImageFilter> = fc.oneof(
  fc.record({
    kind: fc.constant('equals' as const),
    column: fc.constant('name' as const),
    values: fc.array(fc.constantFrom(...NAMES)),
  }),
  fc.record({
    kind: fc.constant('equals' as const),
    column: fc.constantFrom('disk_format' as const, 'container_format' as const),
    values: fc.array(fc.constantFrom('raw', 'qcow2', '')),
  }),
  fc.record({
    kind: fc.constant('equals' as const),
    column: fc.constant('status' as const),
    values: fc.array(fc.constantFrom('queued', 'active', 'killed', 'pending_delete', 'deactivated')),
  }),
  fc.record({
    kind: fc.constant('equals' as const),
    column: fc.constant('owner' as const),
    values: fc.array(fc.constantFrom(...PROJECTS, ''), { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('equals' as const),
    column: fc.constantFrom('checksum' as const, 'os_hash_algo' as const, 'os_hash_value' as const),
    values: fc.array(fc.constantFrom('a'.repeat(32), 'sha512', 'b'.repeat(128))),
  }),
  fc.record(
    {
      kind: fc.constant('range' as const),
      column: fc.constantFrom('size' as const, 'virtual_size' as const, 'min_ram' as const, 'min_disk' as const),
      min: fc.integer({ min: 0, max: 2 }),
      max: fc.integer({ min: 0, max: 2 }),
    },
    { requiredKeys: ['kind', 'column'] },
  ),
  fc.record({
    kind: fc.constant('time' as const),
    column: fc.constantFrom('created_at' as const, 'updated_at' as const),
    operator: fc.constantFrom(
      'eq' as const,
      'neq' as const,
      'gt' as const,
      'gte' as const,
      'lt' as const,
      'lte' as const,
    ),
    at: time,
  }),
  fc.record({ kind: fc.constant('protected' as const), value: fc.boolean() }),
  fc.record({ kind: fc.constant('tag' as const), tag: fc.constantFrom('t', 'T', 't ', 'u', 'none') }),
  fc.record({
    kind: fc.constant('property' as const),
    name: fc.constantFrom('os', 'OS', '__proto__', 'none'),
    value: fc.constantFrom('x', 'X', ''),
  }),
);

const KEYS: readonly ImageSortKey[] = [
  'name',
  'status',
  'container_format',
  'disk_format',
  'size',
  'id',
  'created_at',
  'updated_at',
];
const direction = fc.constantFrom('asc' as const, 'desc' as const);

/** Up to three keys, then those that make every order total. */
const someSort = fc
  .tuple(fc.array(fc.tuple(fc.constantFrom(...KEYS), direction), { maxLength: 3 }), fc.option(direction, { nil: null }))
  .map(([keys, shared]) =>
    [...keys, ['created_at', 'desc'] as const, ['id', 'desc'] as const].map(([key, own]) => ({
      key,
      direction: shared ?? own,
    })),
  )
  .map((keys) => keys.filter(({ key }, index) => keys.findIndex((other) => other.key === key) === index));

export const someQuery: fc.Arbitrary<ImageListQuery> = fc.record({
  viewer: fc.record({ projectId: fc.option(fc.constantFrom(...PROJECTS), { nil: null }), isAdmin: fc.boolean() }),
  visibility: fc.constantFrom('default', 'all', 'public', 'community', 'shared', 'private'),
  memberStatus: fc.constantFrom('accepted', 'pending', 'rejected', 'all'),
  hidden: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
  filters: fc.array(someFilter, { maxLength: 2 }),
  sort: someSort,
  after: fc.constant(null),
  limit: fc.integer({ min: 1, max: 7 }),
});
