import type { ImageEvent } from '../../../../src/events/contracts/image-events.js';
import {
  dataStaged,
  dataStored,
  deactivated,
  deletionScheduled,
  detailsChanged,
  hiddenChanged,
  IMAGE_ID,
  imageCreated,
  imageDeleted,
  imageLocation,
  imageRestored,
  imageScrubbed,
  importActivated,
  importCompleted,
  importedToStore,
  importFailed,
  importRequested,
  importStarted,
  importToStoreFailed,
  locationAdded,
  locationDataRemoved,
  memberAccepted,
  memberAdded,
  memberRejected,
  memberRemoved,
  membershipReset,
  propertiesChanged,
  reactivated,
  stagingStarted,
  tagAdded,
  uploadFailed,
  uploadStarted,
  visibilityChanged,
} from '../../../support/image-events.builder.js';
import { toldOf, typesOf } from '../../../support/told-notifications.js';

const of = (...requests: (ImageEvent | readonly ImageEvent[])[]) => requests.map((events) => [events].flat());
const tell = (...requests: Parameters<typeof of>) => toldOf(`image-${IMAGE_ID}`, of(...requests));
/** Of the last event. */
const last = async (...requests: Parameters<typeof of>) => (await tell(...requests)).at(-1)!;

describe('what Glance would have told of an image', () => {
  it('is the image as it came to be, without its locations', async () => {
    const created = imageCreated({ properties: { os: 'linux' }, tags: ['b', 'a'], visibility: 'public', minRamMb: 64 });
    expect(await last(created)).toEqual([
      {
        id: expect.any(String),
        at: '2026-01-02T03:04:05.678Z',
        eventType: 'image.create',
        priority: 'INFO',
        payload: {
          id: IMAGE_ID,
          name: 'debian',
          status: 'queued',
          created_at: '2026-01-02T03:04:05Z',
          updated_at: '2026-01-02T03:04:05Z',
          min_disk: 0,
          min_ram: 64,
          protected: false,
          checksum: null,
          owner: 'project-a',
          disk_format: 'raw',
          container_format: 'bare',
          size: null,
          virtual_size: null,
          is_public: true,
          visibility: 'public',
          properties: { os: 'linux' },
          tags: ['b', 'a'],
          deleted: false,
          deleted_at: null,
        },
      },
    ]);
  });

  it('is an upload, step by step', async () => {
    const told = await tell(imageCreated(), uploadStarted(), dataStored({ sizeBytes: 10 }));
    expect(typesOf(told)).toEqual([
      ['image.create'],
      ['image.update', 'image.prepare'],
      ['image.upload', 'image.activate', 'image.update'],
    ]);
    const [, [updated, prepared] = [], [uploaded, activated] = []] = told;
    expect(updated).toMatchObject({ payload: { status: 'saving', size: null } });
    expect(prepared).toMatchObject({
      payload: { status: 'saving', backend: 'local', os_glance_importing_to_stores: [], os_glance_failed_import: [] },
    });
    expect(uploaded).toMatchObject({ payload: { status: 'active', size: 10, os_glance_importing_to_stores: [] } });
    expect(activated!.payload).not.toHaveProperty('os_glance_importing_to_stores');
    expect(JSON.stringify(told)).not.toContain(imageLocation().url);
  });

  it('names no store where stores have no names', async () => {
    const requests = of(imageCreated(), uploadStarted(), importStarted(['local']));
    const told = await toldOf(`image-${IMAGE_ID}`, requests, { namesStores: false });
    expect(JSON.stringify(told)).not.toContain('"local"');
    expect(told[1]![1]!.payload).not.toHaveProperty('backend');
  });

  it('is a failed upload as text, with another priority', async () => {
    const [failed, updated] = await last(imageCreated(), uploadStarted(), uploadFailed());
    expect(failed).toMatchObject({
      eventType: 'image.upload',
      priority: 'ERROR',
      payload: expect.stringMatching(`^Failed to upload image data for image ${IMAGE_ID} due to internal error: .`),
    });
    expect(updated).toMatchObject({ eventType: 'image.update', payload: { status: 'queued' } });
  });

  it('is one update for all that one request changes', async () => {
    const told = await tell(imageCreated(), [
      detailsChanged({ name: 'other' }),
      propertiesChanged({ a: '1' }),
      tagAdded('x'),
    ]);
    expect(typesOf(told)).toEqual([['image.create'], [], [], ['image.update']]);
    expect(told[3]![0]).toMatchObject({ payload: { name: 'other', properties: { a: '1' }, tags: ['x'] } });
  });

  it('is an update for each request', async () => {
    const told = await tell(
      imageCreated(),
      hiddenChanged(true),
      visibilityChanged('community'),
      deactivated(),
      reactivated(),
    );
    expect(typesOf(told).slice(1)).toEqual(Array(4).fill(['image.update']));
    expect(told[3]![0]).toMatchObject({ payload: { status: 'deactivated', is_public: false } });
  });

  it('is staging and an import, store by store', async () => {
    const told = await tell(
      imageCreated(),
      stagingStarted(),
      dataStaged(),
      importRequested(),
      importStarted(['fast', 'slow']),
      [importedToStore(imageLocation({ store: 'fast' })), importActivated()],
      importToStoreFailed('slow'),
      importCompleted(),
    );
    expect(typesOf(told).slice(1)).toEqual([
      ['image.update'],
      ['image.update'],
      [],
      ['image.update', 'image.prepare', 'image.prepare'],
      ['image.upload'],
      ['image.activate', 'image.update'],
      ['image.upload ERROR', 'image.update'],
      ['image.update'],
    ]);
    expect(told[4]!.map(({ payload }: any) => payload.backend)).toEqual([undefined, 'fast', 'slow']);
    expect(told[4]![1]).toMatchObject({ payload: { os_glance_importing_to_stores: ['fast', 'slow'] } });
    expect(told[5]![0]).toMatchObject({
      payload: {
        status: 'active',
        size: 5,
        properties: { os_glance_importing_to_stores: 'fast,slow' },
        os_glance_importing_to_stores: ['fast', 'slow'],
      },
    });
    expect(told[6]![0]).toMatchObject({ payload: { properties: { os_glance_importing_to_stores: 'slow' } } });
    expect(told[7]![1]).toMatchObject({ payload: { properties: { os_glance_failed_import: 'slow' } } });
  });

  it('is the upload to a store that does not make the image active yet', async () => {
    const told = await tell(
      imageCreated(),
      importRequested(),
      importStarted(['fast', 'slow']),
      importedToStore(imageLocation({ store: 'fast' })),
    );
    expect(typesOf(told).at(-1)).toEqual(['image.upload', 'image.update']);
    const [uploaded, updated] = told.at(-1)!;
    expect(uploaded).toMatchObject({
      payload: { status: 'importing', os_glance_importing_to_stores: ['fast', 'slow'] },
    });
    expect(updated).toMatchObject({ payload: { properties: { os_glance_importing_to_stores: 'slow' } } });
  });

  it('is an import that fails', async () => {
    const told = await tell(imageCreated(), importRequested(), importStarted(), importFailed());
    expect(typesOf(told).at(-1)).toEqual(['image.update']);
    expect(told.at(-1)![0]).toMatchObject({ payload: { status: 'queued' } });
  });

  it('is no activation where a copy is added to an active image', async () => {
    const active = [imageCreated(), uploadStarted(), dataStored()];
    const told = await tell(...active, importRequested(), importStarted(['slow']), [
      importedToStore(),
      importActivated(),
    ]);
    expect(typesOf(told).slice(-2)).toEqual([['image.upload'], ['image.update']]);
  });

  it('is an update where a location makes an image active, and nothing where only bytes go', async () => {
    const told = await tell(imageCreated(), locationAdded(), locationDataRemoved());
    expect(typesOf(told).slice(1)).toEqual([['image.update'], []]);
  });

  it('is a membership from its beginning to its end', async () => {
    const told = await tell(
      imageCreated(),
      memberAdded('b'),
      memberAccepted('b'),
      memberRejected('b'),
      membershipReset('b'),
      memberRemoved('b'),
    );
    expect(told.slice(1).map(([only]) => only!.eventType)).toEqual([
      'image.member.create',
      ...Array<string>(3).fill('image.member.update'),
      'image.member.delete',
    ]);
    expect(told.slice(1).map(([only]: any) => only.payload.status)).toEqual([
      'pending',
      'accepted',
      'rejected',
      'pending',
      'pending',
    ]);
    expect(told.at(-1)![0]!.payload).toEqual({
      image_id: IMAGE_ID,
      member_id: 'b',
      status: 'pending',
      created_at: '2026-01-02T03:04:06Z',
      updated_at: '2026-01-02T03:04:09Z',
      deleted: true,
      deleted_at: '2026-01-02T03:04:10Z',
    });
  });

  it('is a deletion with its time, and no more than that of a deletion that is scheduled', async () => {
    const deletion = { deleted: true, deleted_at: '2026-01-02T03:05:00Z' };
    expect(await last(imageCreated(), imageDeleted())).toMatchObject([
      { eventType: 'image.delete', payload: { id: IMAGE_ID, status: 'deleted', ...deletion } },
    ]);
    const told = await tell(imageCreated(), uploadStarted(), dataStored(), deletionScheduled(), imageRestored());
    expect(told.slice(-2)).toMatchObject([
      [{ eventType: 'image.delete', payload: { status: 'pending_delete', ...deletion } }],
      [],
    ]);
    expect(typesOf(await tell(imageCreated(), imageDeleted(), imageScrubbed())).at(-1)).toEqual([]);
  });

  it('has the same ids when it is told again, and other ids than anything else', async () => {
    const told = (await tell(imageCreated(), uploadStarted(), dataStored())).flat();
    expect(new Set(told.map(({ id }) => id)).size).toBe(6);
  });

  it('leaves out what is disabled', async () => {
    const requests = of(imageCreated(), memberAdded(), imageDeleted());
    const stream = `image-${IMAGE_ID}`;
    expect(typesOf(await toldOf(stream, requests, { disabled: ['image.create'] }))[0]).toEqual([]);
    expect(typesOf(await toldOf(stream, requests, { disabled: ['image'] }))).toEqual([[], [], []]);
  });
});
