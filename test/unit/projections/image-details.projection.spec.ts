import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { imageEvents } from '../../../src/events/contracts/image-events.js';
import { evolveImageDetails } from '../../../src/projections/images/image-details.projection.js';
import type { ImageDetails } from '../../../src/projections/images/image-details.read-model.js';
import type { ProjectedEvent } from '../../../src/projections/projection.js';

type Type = ImageEvent['type'];
type DataOf<Name extends Type> = Extract<ImageEvent, { type: Name }>['data'];

const ID = '11111111-2222-4333-8444-555555555555';
const location = { store: 'fast', url: 'file:///a', metadata: {} };
const data = {
  sizeBytes: 10,
  virtualSizeBytes: 20,
  checksum: 'c',
  hashAlgorithm: 'sha512',
  hashValue: 'h',
};
const noData = { sizeBytes: null, virtualSizeBytes: null, checksum: null, hashAlgorithm: null, hashValue: null };
const stored = { uploadId: 'u', location, ...data };
const created: DataOf<'ImageCreated'> = {
  imageId: ID,
  owner: 'mine',
  name: 'cirros',
  visibility: 'shared',
  protected: false,
  hidden: false,
  diskFormat: 'qcow2',
  containerFormat: 'bare',
  minDiskGb: 1,
  minRamMb: 2,
  properties: { a: '1' },
  tags: ['t', 't'],
  createdAt: '2026-03-01T00:00:00.000Z',
};

const at = (revision: number): string => new Date(Date.parse(created.createdAt) + revision * 1000).toISOString();

const event = <Name extends Type>(
  type: Name,
  eventData: DataOf<Name>,
  revision: number,
): ProjectedEvent<ImageEvent> => ({
  event: { type, schemaVersion: 1, data: eventData } as unknown as ImageEvent,
  envelope: {
    id: `event-${revision}`,
    type,
    schemaVersion: 1,
    data: {},
    metadata: {
      recordedAt: at(revision),
      actor: { userId: null, projectId: null, roles: [] },
      requestId: null,
      correlationId: 'c',
      causationId: null,
      previousHash: null,
    },
    stream: `image-${ID}`,
    revision,
    position: BigInt(revision + 1),
  },
});

type Step = { [Name in Type]: readonly [Name, DataOf<Name>] }[Type];

const fold = (...steps: readonly Step[]): ImageDetails | null =>
  [['ImageCreated', created] as Step, ...steps]
    .map(([type, eventData], revision) => event(type, eventData as never, revision))
    .reduce<ImageDetails | null>(evolveImageDetails, null);

const upload: Step = ['ImageUploadStarted', { uploadId: 'u', store: 'fast' }];
const store: Step = ['ImageDataStored', stored];
/** The same URL once more, with other metadata. */
const twin: Step = ['ImageLocationAdded', { location: { ...location, metadata: { twin: true } }, sizeBytes: 10 }];
const add: Step = ['ImageMemberAdded', { memberId: 'm' }];

describe('the fold of an image', () => {
  it('starts with everything that was said at creation, and no data', () => {
    const { imageId, ...described } = created;
    expect(fold()).toEqual({
      ...described,
      id: imageId,
      revision: 0,
      status: 'queued',
      tags: ['t'],
      sizeBytes: null,
      virtualSizeBytes: null,
      checksum: null,
      hashAlgorithm: null,
      hashValue: null,
      members: [],
      locations: [],
      uploadId: null,
      uploadStore: null,
      importTaskId: null,
      importingStores: null,
      failedStores: null,
      scrubAfter: null,
      updatedAt: created.createdAt,
    });
  });

  const requested: Step = [
    'ImageImportRequested',
    {
      taskId: 'k',
      request: {
        method: 'web-download',
        stores: ['slow', 'fast'],
        allStoresMustSucceed: true,
        uri: 'https://example.com/image',
        checksum: null,
        remoteImage: null,
      },
    },
  ];
  const started: Step = ['ImageImportStarted', { taskId: 'k', stores: ['slow', 'fast'] }];
  const imported: Step = ['ImageImportedToStore', { taskId: 'k', location, ...data }];
  const slow: Step = [
    'ImageImportedToStore',
    { taskId: 'k', location: { store: 'slow', url: 'b', metadata: {} }, ...data },
  ];
  const notToFast: Step = ['ImageImportToStoreFailed', { taskId: 'k', store: 'fast', reason: 'r' }];
  const failed: Step = [
    'ImageImportFailed',
    { taskId: 'k', reason: 'r', failedStores: ['slow', 'fast'], status: 'queued' },
  ];
  const scheduled: Step = ['ImageDeletionScheduled', { deletedAt: at(9), scrubAfter: at(99) }];
  it.each<[Type, readonly Step[], Partial<ImageDetails>]>([
    [
      'ImageDetailsChanged',
      [['ImageDetailsChanged', { name: null, minRamMb: 5 }]],
      { name: null, minRamMb: 5, minDiskGb: 1 },
    ],
    [
      'ImagePropertiesChanged',
      [['ImagePropertiesChanged', { set: { b: '2' }, removed: ['a'] }]],
      { properties: { b: '2' } },
    ],
    ['ImageVisibilityChanged', [['ImageVisibilityChanged', { visibility: 'public' }]], { visibility: 'public' }],
    ['ImageProtectionChanged', [['ImageProtectionChanged', { protected: true }]], { protected: true }],
    ['ImageHiddenChanged', [['ImageHiddenChanged', { hidden: true }]], { hidden: true }],
    ['ImageOwnerChanged', [['ImageOwnerChanged', { owner: null }]], { owner: null }],
    [
      'ImageTagAdded',
      [
        ['ImageTagAdded', { tag: 'u' }],
        ['ImageTagAdded', { tag: 't' }],
      ],
      { tags: ['t', 'u'] },
    ],
    ['ImageTagRemoved', [['ImageTagRemoved', { tag: 't' }]], { tags: [] }],
    ['ImageTagsReplaced', [['ImageTagsReplaced', { tags: ['x', 'x', 'y'] }]], { tags: ['x', 'y'] }],
    ['ImageUploadStarted', [upload], { status: 'saving', uploadId: 'u', uploadStore: 'fast' }],
    [
      'ImageDataStored',
      [upload, store],
      { ...data, status: 'active', locations: [location], uploadId: null, uploadStore: null },
    ],
    [
      'ImageUploadFailed',
      [upload, ['ImageUploadFailed', { uploadId: 'u', reason: 'r', status: 'queued' }]],
      { status: 'queued', uploadId: null, uploadStore: null, sizeBytes: null },
    ],
    [
      'ImageUploadFailed',
      [upload, ['ImageUploadFailed', { uploadId: 'u', reason: 'r', status: 'killed' }]],
      { status: 'killed', uploadId: null },
    ],
    ['ImageStagingStarted', [['ImageStagingStarted', { uploadId: 's' }]], { status: 'uploading', uploadId: 's' }],
    [
      'ImageDataStaged',
      [
        ['ImageStagingStarted', { uploadId: 's' }],
        ['ImageDataStaged', { uploadId: 's', sizeBytes: 7 }],
      ],
      { status: 'uploading', uploadId: null, sizeBytes: 7 },
    ],
    [
      'ImageStagingFailed',
      [
        ['ImageStagingStarted', { uploadId: 's' }],
        ['ImageDataStaged', { uploadId: 's', sizeBytes: 7 }],
        ['ImageStagingFailed', { uploadId: 's', reason: 'r' }],
      ],
      { status: 'queued', sizeBytes: null, uploadId: null },
    ],
    [
      'ImageDetailsChanged',
      [['ImageDetailsChanged', { diskFormat: 'raw', taskId: 'k' }]],
      { diskFormat: 'raw', importTaskId: null },
    ],
    [
      'ImageImportRequested',
      [requested],
      { status: 'queued', importTaskId: 'k', importingStores: null, failedStores: null, uploadId: null },
    ],
    [
      'ImageImportStarted',
      [requested, started],
      { status: 'importing', importTaskId: 'k', importingStores: ['fast', 'slow'], failedStores: [], uploadId: null },
    ],
    [
      'ImageImportStarted',
      [store, requested, ['ImageImportStarted', { taskId: 'k', stores: ['slow'] }]],
      { status: 'active', importingStores: ['slow'] },
    ],
    [
      'ImageImportStarted',
      [requested, started, failed, requested, ['ImageImportStarted', { taskId: 'k', stores: ['fast'] }]],
      { importingStores: ['fast'], failedStores: ['slow'] },
    ],
    [
      'ImageImportedToStore',
      [requested, started, imported],
      { ...data, status: 'importing', locations: [location], importingStores: ['slow'], failedStores: [] },
    ],
    [
      'ImageImportedToStore',
      [
        store,
        requested,
        ['ImageImportedToStore', { taskId: 'k', ...data, location: { ...location, url: 'b' }, hashAlgorithm: 'md5' }],
      ],
      { ...data, locations: [location, { ...location, url: 'b' }] },
    ],
    [
      'ImageImportToStoreFailed',
      [requested, started, notToFast],
      { status: 'importing', importingStores: ['slow'], failedStores: ['fast'] },
    ],
    [
      'ImageImportedToStore',
      [requested, started, notToFast, imported],
      { locations: [location], importingStores: ['slow'], failedStores: [] },
    ],
    [
      'ImageImportToStoreReverted',
      [requested, started, imported, ['ImageImportToStoreReverted', { taskId: 'k', store: 'fast', url: location.url }]],
      { ...noData, status: 'importing', locations: [] },
    ],
    [
      'ImageImportToStoreReverted',
      [requested, started, imported, slow, ['ImageImportToStoreReverted', { taskId: 'k', store: 'slow', url: 'b' }]],
      { ...data, locations: [location] },
    ],
    [
      'ImageImportActivated',
      [requested, started, imported, ['ImageImportActivated', { taskId: 'k' }]],
      { status: 'active', importTaskId: 'k', importingStores: ['slow'] },
    ],
    [
      'ImageImportCompleted',
      [requested, started, imported, notToFast, ['ImageImportCompleted', { taskId: 'k' }]],
      { importTaskId: null, importingStores: [], failedStores: ['fast'] },
    ],
    [
      'ImageImportFailed',
      [['ImageDataStaged', { uploadId: 's', sizeBytes: 7 }], requested, started, imported, failed],
      { ...noData, status: 'queued', importTaskId: null, importingStores: [], failedStores: ['fast', 'slow'] },
    ],
    [
      'ImageImportFailed',
      [store, requested, ['ImageImportFailed', { taskId: 'k', reason: 'r', failedStores: ['slow'], status: 'active' }]],
      { ...data, status: 'active', locations: [location], importTaskId: null, failedStores: ['slow'] },
    ],
    ['ImageScrubbingStarted', [store, scheduled, ['ImageScrubbingStarted', {}]], { status: 'pending_delete' }],
    [
      'ImageLocationAdded',
      [['ImageLocationAdded', { location, sizeBytes: 3 }]],
      { status: 'active', sizeBytes: 3, locations: [location] },
    ],
    [
      'ImageLocationAdded',
      [store, ['ImageLocationAdded', { location: { ...location, url: 'b' }, sizeBytes: 3 }]],
      { status: 'active', sizeBytes: 10, locations: [location, { ...location, url: 'b' }] },
    ],
    [
      'ImageLocationRemoved',
      [store, ['ImageLocationRemoved', { url: location.url }]],
      { locations: [], status: 'active' },
    ],
    [
      'ImageLocationMetadataChanged',
      [store, ['ImageLocationMetadataChanged', { url: location.url, metadata: { k: 1 } }]],
      { locations: [{ ...location, metadata: { k: 1 } }] },
    ],
    [
      'ImageLocationRemoved',
      [store, twin, ['ImageLocationRemoved', { url: location.url }]],
      { locations: [{ ...location, metadata: { twin: true } }] },
    ],
    [
      'ImageLocationMetadataChanged',
      [store, twin, ['ImageLocationMetadataChanged', { url: location.url, metadata: { k: 1 } }]],
      {
        locations: [
          { ...location, metadata: { k: 1 } },
          { ...location, metadata: { twin: true } },
        ],
      },
    ],
    ['ImageDeactivated', [store, ['ImageDeactivated', {}]], { status: 'deactivated' }],
    ['ImageReactivated', [store, ['ImageDeactivated', {}], ['ImageReactivated', {}]], { status: 'active' }],
    [
      'ImageDeletionScheduled',
      [store, scheduled],
      { status: 'pending_delete', scrubAfter: at(99), locations: [location] },
    ],
    ['ImageRestored', [store, scheduled, ['ImageRestored', {}]], { status: 'active', scrubAfter: null }],
  ])('shows what %s says, and when', (_, steps, expected) => {
    expect(fold(...steps)).toMatchObject({ ...expected, revision: steps.length, updatedAt: at(steps.length) });
  });

  it.each<[string, readonly Step[], ImageDetails['members']]>([
    ['is pending when added', [add], [{ memberId: 'm', status: 'pending', createdAt: at(1), updatedAt: at(1) }]],
    [
      'accepts',
      [add, ['ImageMemberAccepted', { memberId: 'm' }]],
      [{ memberId: 'm', status: 'accepted', createdAt: at(1), updatedAt: at(2) }],
    ],
    [
      'rejects',
      [add, ['ImageMemberRejected', { memberId: 'm' }]],
      [{ memberId: 'm', status: 'rejected', createdAt: at(1), updatedAt: at(2) }],
    ],
    [
      'goes back to pending',
      [add, ['ImageMemberAccepted', { memberId: 'm' }], ['ImageMembershipReset', { memberId: 'm' }]],
      [{ memberId: 'm', status: 'pending', createdAt: at(1), updatedAt: at(3) }],
    ],
    ['is gone when removed', [add, ['ImageMemberRemoved', { memberId: 'm' }]], []],
    [
      'is pending again when added again',
      [add, ['ImageMemberAccepted', { memberId: 'm' }], ['ImageMemberRemoved', { memberId: 'm' }], add],
      [{ memberId: 'm', status: 'pending', createdAt: at(4), updatedAt: at(4) }],
    ],
  ])('a member %s, which is no change of the image', (_, steps, members) => {
    expect(fold(...steps)).toMatchObject({ members, updatedAt: created.createdAt, revision: steps.length });
  });

  it.each<[string, Step]>([
    ['deleted', ['ImageDeleted', { deletedAt: at(2) }]],
    ['scrubbed', ['ImageScrubbed', { scrubbedAt: at(2) }]],
  ])('ends when the image is %s, and stays so', (_, end) => {
    expect(fold(store, end)).toBeNull();
    expect(fold(store, end, ['ImageScrubbed', { scrubbedAt: at(3) }])).toBeNull();
  });

  it('has a case for every event there is', () => {
    const lists = { memberId: 'm', set: {}, removed: [], stores: [], failedStores: [] };
    for (const type of Object.keys(imageEvents)) {
      const sample = event(type as never, { ...created, ...stored, ...lists } as never, 1);
      const result = evolveImageDetails(fold(), sample);
      expect(result === null || result.revision === 1).toBe(true);
    }
  });

  it('does not fold an event that it has seen already', () => {
    const image = fold(upload, store);
    for (const [revision, [type, eventData]] of [upload, store].entries()) {
      expect(evolveImageDetails(image, event(type, eventData as never, revision + 1))).toBe(image);
    }
    expect(evolveImageDetails(image, event('ImageCreated', created, 0))).toBe(image);
  });

  it('sets and removes properties whatever they are called', () => {
    const set = JSON.parse('{"__proto__":"p","constructor":"c"}') as Record<string, string>;
    const image = fold(['ImagePropertiesChanged', { set, removed: [] }]);
    expect(Object.entries(image?.properties ?? {})).toEqual([
      ['a', '1'],
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    const without = fold(
      ['ImagePropertiesChanged', { set, removed: [] }],
      ['ImagePropertiesChanged', { set: {}, removed: ['__proto__'] }],
    );
    expect(Object.keys(without?.properties ?? {})).toEqual(['a', 'constructor']);
  });
});
