import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import type { ImageDetails, ImageListQuery } from '../../../src/projections/images/image-details.read-model.js';
import { addUsage, NO_USAGE, usageOfImage } from '../../../src/projections/images/project-usage.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
import { expectedList } from './expected-list.js';
import { live, someImage, someQuery } from './image-arbitraries.js';
import { codec, ImageHistory, storedData } from './image-history.js';
import type { ReadModelHarness } from './read-model.harness.js';

const newestFirst: ImageListQuery = {
  viewer: { projectId: 'mine', isAdmin: false },
  visibility: 'default',
  memberStatus: 'accepted',
  hidden: false,
  filters: [],
  sort: [
    { key: 'created_at', direction: 'desc' },
    { key: 'id', direction: 'desc' },
  ],
  after: null,
  limit: 1000,
};
const admin: ImageListQuery = { ...newestFirst, viewer: { projectId: 'ops', isAdmin: true } };

export function imageReadModelContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`ImageReadModel contract: ${name}`, () => {
    let harness: ReadModelHarness;
    let history: ImageHistory;
    let model: SqlImageReadModel;
    /** To it nearly everything is many, as it is among very many images. */
    let crowdedModel: SqlImageReadModel;
    let runner: ProjectionRunner<any>;

    const start = async (): Promise<void> => {
      harness = await setUp();
      history = new ImageHistory();
      const database = await harness.open();
      model = new SqlImageReadModel(database);
      crowdedModel = new SqlImageReadModel(database, 2);
      runner = new ProjectionRunner(history.store, codec, database, [new SqlImageDetailsProjection()]);
      await runner.migrate();
    };
    const ids = async (query: Partial<ImageListQuery>): Promise<readonly string[]> => {
      await runner.catchUp();
      return (await model.list({ ...newestFirst, ...query })).map(({ id }) => id);
    };

    beforeEach(start);
    afterEach(() => harness.tearDown());

    describe('find', () => {
      it('shows everything that the events say of an image', async () => {
        const id = await history.active({ name: 'cirros', properties: { os: 'linux' }, tags: ['small'] }, 42);
        await history.happened(id, 'ImageMemberAdded', { memberId: 'theirs' });
        await runner.catchUp();
        expect(await model.find(id)).toEqual((await history.documents()).get(id));
        expect(await model.find(id)).toMatchObject({
          name: 'cirros',
          status: 'active',
          sizeBytes: 42,
          tags: ['small'],
        });
      });

      it('knows no image that never was, nor one that was deleted', async () => {
        const id = await history.created();
        await history.happened(id, 'ImageDeleted', { deletedAt: '2026-03-02T00:00:00.000Z' });
        await runner.catchUp();
        expect([await model.find(id), await model.find(randomUUID())]).toEqual([null, null]);
      });

      it('still shows an image that waits for scrubbing, which no list does', async () => {
        const id = await history.active();
        const at = '2026-03-02T00:00:00.000Z';
        await history.happened(id, 'ImageDeletionScheduled', { deletedAt: at, scrubAfter: at });
        expect(await ids({})).toEqual([]);
        expect(
          await ids({ ...admin, filters: [{ kind: 'equals', column: 'status', values: ['pending_delete'] }] }),
        ).toEqual([]);
        expect(await model.find(id)).toMatchObject({ status: 'pending_delete', scrubAfter: at });
      });

      it('keeps a property called __proto__, and texts of any length', async () => {
        const long = 'x'.repeat(70_000);
        const properties = { ...JSON.parse('{"__proto__":"odd"}'), long };
        const id = await history.created({ properties });
        await history.created({ properties: { long: `${long}y` } });
        expect(await ids({ filters: [{ kind: 'property', name: '__proto__', value: 'odd' }] })).toEqual([id]);
        expect(await ids({ filters: [{ kind: 'property', name: 'long', value: long }] })).toEqual([id]);
        expect(Object.entries((await model.find(id))!.properties).sort()).toEqual(Object.entries(properties).sort());
      });
    });

    it('finds nothing by a text that no image can have', async () => {
      await history.created({ name: 'a', tags: ['t'], properties: { os: 'x' } });
      for (const text of ['a\0', '\0', 'x\0']) {
        expect(await ids({ filters: [{ kind: 'equals', column: 'name', values: [text] }] })).toEqual([]);
        expect(await ids({ filters: [{ kind: 'tag', tag: text }] })).toEqual([]);
        expect(await ids({ filters: [{ kind: 'property', name: 'os', value: text }] })).toEqual([]);
      }
      expect(await model.find('\0')).toBeNull();
    });

    describe('who sees what', () => {
      let images: Record<string, string>;
      const names = async (query: Partial<ImageListQuery>): Promise<readonly string[]> => {
        const seen = new Set(await ids(query));
        return Object.keys(images).filter((key) => seen.has(images[key]!));
      };

      beforeEach(async () => {
        images = {
          ownPublic: await history.created({ visibility: 'public' }),
          ownCommunity: await history.created({ visibility: 'community' }),
          ownShared: await history.created({ visibility: 'shared' }),
          ownPrivate: await history.created({ visibility: 'private' }),
          public: await history.created({ owner: 'theirs', visibility: 'public' }),
          community: await history.created({ owner: 'theirs', visibility: 'community' }),
          private: await history.created({ owner: 'theirs', visibility: 'private' }),
          notOffered: await history.created({ owner: 'theirs', visibility: 'shared' }),
          pending: await history.offered('mine', 'pending'),
          accepted: await history.offered('mine', 'accepted'),
          rejected: await history.offered('mine', 'rejected'),
          offeredButPrivate: await history.offered('mine', 'accepted', { visibility: 'private' }),
          ownOfferedToSelf: await history.offered('mine', 'accepted', { owner: 'mine' }),
          ownerlessPublic: await history.created({ owner: null, visibility: 'public' }),
          ownerlessCommunity: await history.created({ owner: null, visibility: 'community' }),
          ownerlessPrivate: await history.created({ owner: null, visibility: 'private' }),
        };
      });

      const own = ['ownPublic', 'ownCommunity', 'ownShared', 'ownPrivate'];
      it.each<[string, Partial<ImageListQuery>, readonly string[]]>([
        [
          'by default: public, own and accepted ones',
          {},
          [...own, 'public', 'accepted', 'ownOfferedToSelf', 'ownerlessPublic'],
        ],
        [
          'with all: foreign community ones too',
          { visibility: 'all' },
          [...own, 'public', 'community', 'accepted', 'ownOfferedToSelf', 'ownerlessPublic', 'ownerlessCommunity'],
        ],
        ['only public ones', { visibility: 'public' }, ['ownPublic', 'public', 'ownerlessPublic']],
        ['only community ones', { visibility: 'community' }, ['ownCommunity', 'community', 'ownerlessCommunity']],
        ['only private ones: the own', { visibility: 'private' }, ['ownPrivate']],
        ['only shared ones: own and accepted', { visibility: 'shared' }, ['ownShared', 'accepted', 'ownOfferedToSelf']],
        [
          'pending memberships instead of accepted ones',
          { memberStatus: 'pending' },
          [...own, 'public', 'pending', 'ownOfferedToSelf', 'ownerlessPublic'],
        ],
        [
          'all memberships',
          { visibility: 'shared', memberStatus: 'all' },
          ['ownShared', 'pending', 'accepted', 'rejected', 'ownOfferedToSelf'],
        ],
        [
          'nothing of its own to a caller without a project',
          { viewer: { projectId: null, isAdmin: false }, visibility: 'all' },
          ['ownPublic', 'ownCommunity', 'public', 'community', 'ownerlessPublic', 'ownerlessCommunity'],
        ],
        [
          'one owner of those that are visible anyway',
          { visibility: 'all', filters: [{ kind: 'equals', column: 'owner', values: ['theirs'] }] },
          ['public', 'community', 'accepted'],
        ],
      ])('a list shows %s', async (_, query, expected) => {
        expect(await names(query)).toEqual(expected);
      });

      it('shows an admin all but foreign community images, unless they are asked for', async () => {
        const everything = Object.keys(images);
        const community = ['ownCommunity', 'community', 'ownerlessCommunity'];
        const { viewer } = admin;
        expect(await names({ viewer })).toEqual(everything.filter((key) => !community.includes(key)));
        expect(await names({ viewer, visibility: 'all' })).toEqual(everything);
        expect(await names({ viewer, visibility: 'community' })).toEqual(community);
        expect(await names({ viewer: { projectId: 'mine', isAdmin: true } })).toContain('ownCommunity');
      });

      it('follows a membership that is accepted, reset and removed', async () => {
        const id = images['pending']!;
        await history.happened(id, 'ImageMemberAccepted', { memberId: 'mine' });
        expect(await names({})).toContain('pending');
        await history.happened(id, 'ImageMembershipReset', { memberId: 'mine' });
        expect(await names({})).not.toContain('pending');
        await history.happened(id, 'ImageMemberRemoved', { memberId: 'mine' });
        expect(await names({ memberStatus: 'all' })).not.toContain('pending');
      });

      it('follows visibility, owner and hiding as they change', async () => {
        await history.happened(images['private']!, 'ImageVisibilityChanged', { visibility: 'public' });
        await history.happened(images['ownPrivate']!, 'ImageOwnerChanged', { owner: 'theirs' });
        await history.happened(images['ownPublic']!, 'ImageHiddenChanged', { hidden: true });
        const seen = await names({});
        expect(seen).toContain('private');
        expect(seen).not.toContain('ownPrivate');
        expect(seen).not.toContain('ownPublic');
        expect(await names({ hidden: true })).toEqual(['ownPublic']);
      });
    });

    describe('filters', () => {
      it('compare text with regard to case', async () => {
        const id = await history.created({ name: 'Cirros', properties: { OS: 'Linux' }, tags: ['Small'] });
        expect(await ids({ filters: [{ kind: 'equals', column: 'name', values: ['Cirros'] }] })).toEqual([id]);
        expect(await ids({ filters: [{ kind: 'equals', column: 'name', values: ['cirros'] }] })).toEqual([]);
        expect(await ids({ filters: [{ kind: 'property', name: 'OS', value: 'linux' }] })).toEqual([]);
        expect(await ids({ filters: [{ kind: 'property', name: 'os', value: 'Linux' }] })).toEqual([]);
        expect(await ids({ filters: [{ kind: 'tag', tag: 'small' }] })).toEqual([]);
      });

      it('tell an empty name from none', async () => {
        const empty = await history.created({ name: '' });
        await history.created({ name: null });
        expect(await ids({ filters: [{ kind: 'equals', column: 'name', values: ['', 'x'] }] })).toEqual([empty]);
      });

      it('tell a size of zero from none', async () => {
        const empty = await history.active({}, 0);
        await history.created();
        expect(await ids({ filters: [{ kind: 'range', column: 'size', min: 0, max: 0 }] })).toEqual([empty]);
      });

      it.each([
        ['eq', [1, 2]],
        ['neq', [0, 3]],
        ['gt', [3]],
        ['gte', [1, 2, 3]],
        ['lt', [0]],
        ['lte', [0, 1, 2]],
      ] as const)('see times by the second: %s', async (operator, expected) => {
        const times = ['04.999', '05.000', '05.999', '06.000'].map((second) => `2026-01-02T03:00:${second}Z`);
        const images: string[] = [];
        for (const createdAt of times) images.push(await history.created({ createdAt }));
        const at = new Date('2026-01-02T03:00:05.000Z');
        const found = await ids({ filters: [{ kind: 'time', column: 'created_at', operator, at }] });
        expect([...found].sort()).toEqual(expected.map((index) => images[index]!).sort());
      });

      it('take hundreds of values', async () => {
        const wanted = await Promise.all(Array.from({ length: 5 }, () => history.created({ visibility: 'private' })));
        await history.created();
        const others = Array.from({ length: 700 }, () => randomUUID());
        const found = await ids({ filters: [{ kind: 'equals', column: 'id', values: [...others, ...wanted] }] });
        expect([...found].sort()).toEqual([...wanted].sort());
      });

      it('find a value of many images as they find one of few', async () => {
        const rare = { kind: 'property', name: 'rare', value: 'yes' } as const;
        const common = { kind: 'property', name: 'common', value: 'yes' } as const;
        for (let index = 0; index < 1100; index++) {
          await history.created({ owner: 'theirs', visibility: 'public', properties: { common: 'yes' } });
        }
        const both = await history.created({ properties: { common: 'yes', rare: 'yes' } });
        const hidden = await history.created({ owner: 'theirs', properties: { common: 'yes', rare: 'yes' } });
        expect(await ids({ filters: [rare, common] })).toEqual([both]);
        expect(await ids({ ...admin, filters: [rare, common] })).toEqual([hidden, both]);
        expect(await ids({ limit: 3, filters: [common] })).toHaveLength(3);
        expect(await ids({ limit: 2000, filters: [common] })).toHaveLength(1101);
      });
    });

    describe('pages', () => {
      it('go on after an image that does not match the filters itself', async () => {
        const [first, marker, last] = [
          await history.created({ tags: ['t'] }),
          await history.created(),
          await history.created({ tags: ['t'] }),
        ];
        await runner.catchUp();
        const after = await model.find(marker);
        expect(await ids({ after, filters: [{ kind: 'tag', tag: 't' }] })).toEqual([first]);
        expect(await ids({ filters: [{ kind: 'tag', tag: 't' }] })).toEqual([last, first]);
      });

      it('are empty when nothing may be returned', async () => {
        await history.created();
        expect(await ids({ limit: 0 })).toEqual([]);
      });
    });

    it('lists by every rule whatever the images, and pages lose and repeat none of them', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(someImage, { minLength: 10, maxLength: 40 }),
          fc.array(someQuery, { minLength: 40, maxLength: 40 }),
          async (images, queries) => {
            await harness.tearDown();
            await start();
            for (const image of images) await live(history, image);
            await runner.catchUp();
            const documents = [...(await history.documents()).values()];
            for (const query of queries) {
              const expected = expectedList(documents, { ...query, limit: 1000 }).map(({ id }) => id);
              for (const asked of [model, crowdedModel]) {
                expect((await asked.list({ ...query, limit: 1000 })).map(({ id }) => id)).toEqual(expected);
                expect(await walk(asked, query)).toEqual(expected);
              }
            }
            for (const owner of ['nobody', ...documents.map((image) => image.owner ?? 'nobody')]) {
              const owned = documents.filter((image) => image.owner === owner).map(usageOfImage);
              expect(await model.usageOf(owner)).toEqual(owned.reduce((sum, more) => addUsage(sum, more), NO_USAGE));
            }
          },
        ),
        { numRuns: 12, endOnFailure: true }, // each attempt to shrink would fill another database
      );
    });

    it('names images in given statuses, the one that rested longest first', async () => {
      const [first, second] = [await history.created(), await history.created()];
      await history.active();
      await history.happened(second, 'ImageUploadStarted', { uploadId: 'u', store: 'fast' });
      await history.happened(first, 'ImageStagingStarted', { uploadId: 'v' });
      await runner.catchUp();
      const found = await model.withStatus(['uploading', 'saving'], 10);
      expect(found.map(({ id, uploadId }) => [id, uploadId])).toEqual([
        [second, 'u'],
        [first, 'v'],
      ]);
      expect(await model.withStatus(['uploading', 'saving'], 1)).toHaveLength(1);
      expect(await model.withStatus([], 10)).toEqual([]);
    });

    it('goes on behind an image, also among those that changed in the same moment and when it is there no more', async () => {
      const ids = [await history.created(), await history.created(), await history.created()];
      await runner.catchUp();
      const whole = await model.withStatus(['queued'], 10);
      expect(whole.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const [first, second] = whole;
      await history.happened(first!.id, 'ImageUploadStarted', { uploadId: 'u', store: 'fast' });
      await runner.catchUp();
      expect(await model.withStatus(['queued'], 1, first)).toEqual([second]);
      expect(await model.withStatus(['queued'], 10, whole.at(-1))).toEqual([]);
    });

    it('adds up the bytes of a project, once per location, without those of deleted images', async () => {
      const twice = await history.active({}, 100);
      await history.happened(twice, 'ImageLocationAdded', { location: storedData(0).location, sizeBytes: 100 });
      await history.active({}, 7);
      await history.active({ owner: 'theirs' }, 1000);
      const pending = await history.active({}, 50);
      const at = '2026-03-02T00:00:00.000Z';
      await history.happened(pending, 'ImageDeletionScheduled', { deletedAt: at, scrubAfter: at });
      await runner.catchUp();
      expect([(await model.usageOf('mine')).storedBytes, (await model.usageOf('nobody')).storedBytes]).toEqual([
        207, 0,
      ]);
    });

    it('moves the usage of an image that gets another owner', async () => {
      const id = await history.active({}, 100);
      await runner.catchUp();
      await history.happened(id, 'ImageOwnerChanged', { owner: 'theirs' });
      await runner.catchUp();
      expect(await model.usageOf('mine')).toEqual(NO_USAGE);
      expect(await model.usageOf('theirs')).toEqual({ images: 1, storedBytes: 100, stagedBytes: 0, uploading: 0 });
    });

    it('counts what is staged, and each image that gets data just now', async () => {
      const staged = await history.created();
      await history.happened(staged, 'ImageStagingStarted', { uploadId: 'u' });
      await runner.catchUp();
      expect(await model.usageOf('mine')).toEqual({ images: 1, storedBytes: 0, stagedBytes: 0, uploading: 1 });
      await history.happened(staged, 'ImageDataStaged', { uploadId: 'u', sizeBytes: 40 });
      const saving = await history.created();
      await history.happened(saving, 'ImageUploadStarted', { uploadId: 'u', store: 'fast' });
      await runner.catchUp();
      expect(await model.usageOf('mine')).toEqual({ images: 2, storedBytes: 0, stagedBytes: 40, uploading: 2 });
      await history.happened(saving, 'ImageDeleted', { deletedAt: '2026-03-02T00:00:00.000Z' });
      await history.happened(staged, 'ImageDeleted', { deletedAt: '2026-03-02T00:00:00.000Z' });
      await runner.catchUp();
      expect(await model.usageOf('mine')).toEqual(NO_USAGE);
    });

    it('counts an active image as staged while it is copied to another store', async () => {
      const id = await history.active({}, 100);
      const request = { method: 'copy-image', allStoresMustSucceed: true, uri: null, checksum: null } as const;
      const copy = { taskId: 'copy', request: { ...request, stores: ['slow'], remoteImage: null } };
      await history.happened(id, 'ImageImportRequested', copy);
      await history.happened(id, 'ImageImportStarted', { taskId: 'copy', stores: ['slow'] });
      await runner.catchUp();
      expect(await model.usageOf('mine')).toEqual({ images: 1, storedBytes: 100, stagedBytes: 100, uploading: 1 });
      await history.happened(id, 'ImageImportFailed', {
        taskId: 'copy',
        reason: '',
        failedStores: [],
        status: 'active',
      });
      await runner.catchUp();
      expect(await model.usageOf('mine')).toEqual({ images: 1, storedBytes: 100, stagedBytes: 0, uploading: 0 });
    });

    describe('an import', () => {
      const taskId = 'task';
      const { location, checksum, hashAlgorithm, hashValue } = storedData(100);
      const stored = { location, sizeBytes: 100, virtualSizeBytes: null, checksum, hashAlgorithm, hashValue };
      const request = { method: 'web-download', allStoresMustSucceed: false, uri: null, checksum: null } as const;
      const inSlow = { ...stored, location: { store: 'slow', url: 'file:///slow', metadata: {} } };

      const importing = async (): Promise<string> => {
        const id = await history.created();
        const stores = ['slow', 'fast'];
        await history.happened(id, 'ImageImportRequested', {
          taskId,
          request: { ...request, stores, remoteImage: null },
        });
        await history.happened(id, 'ImageImportStarted', { taskId, stores });
        await history.happened(id, 'ImageImportedToStore', { taskId, ...stored });
        return id;
      };

      it('is shown while it fills its stores', async () => {
        const id = await importing();
        await runner.catchUp();
        const image = { id, status: 'importing', importTaskId: taskId, importingStores: ['slow'], failedStores: [] };
        expect(await model.find(id)).toMatchObject(image);
        expect(await model.withStatus(['importing'], 10)).toMatchObject([image]);
        await history.happened(id, 'ImageImportToStoreFailed', { taskId, store: 'slow', reason: 'full' });
        await history.happened(id, 'ImageImportActivated', { taskId });
        await history.happened(id, 'ImageImportCompleted', { taskId });
        await runner.catchUp();
        const done = { status: 'active', importTaskId: null, importingStores: [], failedStores: ['slow'] };
        expect(await model.find(id)).toMatchObject(done);
      });

      it('takes as many bytes of the project as it has stored, until it fails', async () => {
        const id = await importing();
        await runner.catchUp();
        expect((await model.usageOf('mine')).storedBytes).toBe(100);
        await history.happened(id, 'ImageImportedToStore', { taskId, ...inSlow });
        await runner.catchUp();
        expect((await model.usageOf('mine')).storedBytes).toBe(200);
        const { store, url } = inSlow.location;
        await history.happened(id, 'ImageImportToStoreReverted', { taskId, store, url });
        await runner.catchUp();
        expect((await model.usageOf('mine')).storedBytes).toBe(100);
        const failure = { taskId, reason: 'full', failedStores: [] };
        await history.happened(id, 'ImageImportFailed', { ...failure, status: 'queued' });
        await runner.catchUp();
        expect((await model.usageOf('mine')).storedBytes).toBe(0);
        expect(await model.find(id)).toMatchObject({ status: 'queued', sizeBytes: null, checksum: null });
      });
    });
  });
}

const walk = async (model: SqlImageReadModel, query: ImageListQuery): Promise<readonly string[]> => {
  const seen: string[] = [];
  let after: ImageDetails | null = null;
  for (;;) {
    const page: readonly ImageDetails[] = await model.list({ ...query, after });
    seen.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined || seen.length > 1000) return seen;
    after = last;
  }
};
