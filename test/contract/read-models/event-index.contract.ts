import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import type { EventFilters, EventQuery } from '../../../src/projections/history/event-index.read-model.js';
import { SqlEventIndexProjection } from '../../../src/projections/history/sql-event-index.projection.js';
import { SqlEventIndex } from '../../../src/projections/history/sql-event-index.js';
import { auditEvents } from '../../../src/events/contracts/audit-events.js';
import { imageEvents } from '../../../src/events/contracts/image-events.js';
import { metadefEvents } from '../../../src/events/contracts/metadef-events.js';
import { taskEvents } from '../../../src/events/contracts/task-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import type { JsonObject } from '../../../src/kernel/json.js';
import { newEvent } from '../../support/new-event.js';
import { ImageHistory } from './image-history.js';
import type { ReadModelHarness } from './read-model.harness.js';

const codec = EventCodec.of([imageEvents, taskEvents, metadefEvents, auditEvents]);

const unfiltered: EventFilters = { project: null, actor: null, type: null, image: null, since: null, until: null };
const everything: EventQuery = { filters: unfiltered, projectId: null, after: null, direction: 'asc', limit: 1000 };
const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const time = (seconds: number): string => new Date(NOON + seconds * 1000).toISOString();

export function eventIndexContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`EventIndex contract: ${name}`, () => {
    let harness: ReadModelHarness;
    let history: ImageHistory;
    let database: ReadModelDatabase;
    let runner: ProjectionRunner<any>;
    let index: SqlEventIndex;

    beforeEach(async () => {
      harness = await setUp();
      history = new ImageHistory();
      database = await harness.open();
      runner = new ProjectionRunner<any>(history.store, codec, database, [new SqlEventIndexProjection()]);
      await runner.migrate();
      index = new SqlEventIndex(database, history.store, runner);
    });
    afterEach(() => harness.tearDown());

    const positions = async (query: Partial<EventQuery>, filters: Partial<EventFilters> = {}): Promise<number[]> => {
      const { events } = await index.page({ ...everything, ...query, filters: { ...unfiltered, ...filters } });
      return events.map(({ position }) => Number(position));
    };

    it('finds every event of images, in their order, as soon as it is in the log', async () => {
      const one = await history.created();
      expect(await positions({})).toEqual([1]);
      const other = await history.active();
      await history.happened(one, 'ImageTagAdded', { tag: 'x' });
      const { events, reached } = await index.page(everything);
      expect(reached).toBe(5n);
      expect(events).toEqual([
        { position: 1n, stream: `image-${one}`, revision: 0 },
        { position: 2n, stream: `image-${other}`, revision: 0 },
        { position: 3n, stream: `image-${other}`, revision: 1 },
        { position: 4n, stream: `image-${other}`, revision: 2 },
        { position: 5n, stream: `image-${one}`, revision: 1 },
      ]);
    });

    it('pages forwards and backwards, each page from where the last one ended', async () => {
      for (let n = 0; n < 5; n += 1) await history.created();
      expect(await positions({ limit: 2 })).toEqual([1, 2]);
      expect(await positions({ limit: 2, after: 2n })).toEqual([3, 4]);
      expect(await positions({ limit: 2, after: 4n })).toEqual([5]);
      expect(await positions({ limit: 2, direction: 'desc' })).toEqual([5, 4]);
      expect(await positions({ limit: 2, direction: 'desc', after: 2n })).toEqual([1]);
      expect(await positions({ after: 5n })).toEqual([]);
      expect(await positions({ after: 900n })).toEqual([]);
      expect(await positions({ limit: 0 })).toEqual([]);
    });

    it('gives each event to the project that owns the image after it', async () => {
      const image = await history.created({ owner: 'before' });
      await history.happened(image, 'ImageTagAdded', { tag: 'x' });
      await history.happened(image, 'ImageOwnerChanged', { owner: 'after' });
      await history.happened(image, 'ImageTagAdded', { tag: 'y' });
      await history.happened(image, 'ImageDeleted', { deletedAt: time(9) });
      await history.created({ owner: null });
      expect(await positions({ projectId: 'before' })).toEqual([1, 2]);
      expect(await positions({ projectId: 'after' })).toEqual([3, 4, 5]);
      expect(await positions({}, { project: 'after' })).toEqual([3, 4, 5]);
      expect(await positions({ projectId: 'before' }, { project: 'after' })).toEqual([]);
    });

    const task = (id: string, type: string, data: object = {}) =>
      history.store.append(`task-${id}`, 'any', [newEvent({ type, data: data as JsonObject })]);
    const taskCreated = (taskId: string, owner: string, imageId: string | null) =>
      task(taskId, 'TaskCreated', {
        ...{ taskId, owner, imageId, taskType: 'api_image_import', input: {} },
        ...{ requestId: null, userId: null, createdAt: time(0) },
      });

    it('finds events of tasks by their project, and by the image that they are about', async () => {
      const image = await history.created({ owner: 'mine' });
      await taskCreated('t', 'mine', image);
      expect(await positions({ projectId: 'mine' })).toEqual([1, 2]);
      await task('t', 'TaskStarted');
      await taskCreated('u', 'theirs', null);
      expect(await positions({ projectId: 'mine' })).toEqual([1, 2, 3]);
      expect(await positions({}, { image })).toEqual([1, 2, 3]);
      expect(await positions({}, { project: 'theirs' })).toEqual([4]);
      expect(await positions({}, { type: 'TaskStarted' })).toEqual([3]);
    });

    it('finds events of metadata definitions by their owner, and what belongs to nobody only without', async () => {
      const namespace = (name: string, type: string, data: object) =>
        history.store.append(`metadef_namespace-${name}`, 'any', [newEvent({ type, data: data as JsonObject })]);
      const content = { description: null, displayName: null, visibility: null, protected: null };
      const items = { associations: [], objects: [], properties: [], tags: [] };
      const created = { ...content, ...items, name: 'a', owner: 'mine', createdAt: time(0) };
      await namespace('a', 'MetadefNamespaceCreated', created);
      await namespace('a', 'MetadefTagsAdded', { names: ['t'], changedAt: time(1) });
      await namespace('a', 'MetadefNamespaceOwnerChanged', { owner: 'theirs', changedAt: time(2) });
      await namespace('b', 'MetadefNamespaceAdopted', {
        renameId: 'r',
        previousName: 'a',
        namespace: { ...content, ...items, name: 'b', owner: 'theirs', createdAt: time(0), updatedAt: time(0) },
      });
      await history.store.append('metadef_resource_type-x', 'no_stream', [
        newEvent({ type: 'MetadefResourceTypeRegistered', data: { name: 'X', protected: false, createdAt: time(3) } }),
      ]);
      expect(await positions({ projectId: 'mine' })).toEqual([1, 2]);
      expect(await positions({ projectId: 'theirs' })).toEqual([3, 4]);
      expect(await positions({})).toEqual([1, 2, 3, 4, 5]);
    });

    it('leaves out what the log says of itself', async () => {
      const data = { keyId: 'k', publicKey: '', previousKeyId: null, endorsement: null, introducedAt: time(0) };
      await history.store.append('audit-log', 'no_stream', [newEvent({ type: 'AuditKeyIntroduced', data })]);
      await history.created();
      expect(await positions({})).toEqual([2]);
    });

    it('remembers owners from one question to the next', async () => {
      const image = await history.created({ owner: 'before' });
      expect(await positions({ projectId: 'before' })).toEqual([1]);
      await history.happened(image, 'ImageOwnerChanged', { owner: 'after' });
      expect(await positions({ projectId: 'after' })).toEqual([2]);
      await history.happened(image, 'ImageTagAdded', { tag: 'y' });
      expect(await positions({ projectId: 'after' })).toEqual([2, 3]);
    });

    it('filters by type, image and user', async () => {
      const [one, other] = [await history.active(), await history.created()];
      expect(await positions({}, { type: 'ImageCreated' })).toEqual([1, 4]);
      expect(await positions({}, { image: one })).toEqual([1, 2, 3]);
      expect(await positions({}, { image: other, type: 'ImageCreated' })).toEqual([4]);
      expect(await positions({}, { image: 'unknown' })).toEqual([]);
      const actor = (await history.recorded())[0]!.metadata.actor.userId;
      expect(actor).toBe('user');
      expect(await positions({}, { actor })).toEqual([1, 2, 3, 4]);
      expect(await positions({}, { actor: 'somebody else' })).toEqual([]);
    });

    it('filters by time, both ends included', async () => {
      for (const second of [10, 20, 30]) await history.created({ createdAt: time(second) });
      const between = (since: number | null, until: number | null): Promise<number[]> =>
        positions(
          {},
          {
            since: since === null ? null : NOON + since * 1000,
            until: until === null ? null : NOON + until * 1000,
          },
        );
      expect(await between(20, null)).toEqual([2, 3]);
      expect(await between(null, 20)).toEqual([1, 2]);
      expect(await between(11, 29)).toEqual([2]);
      expect(await between(31, null)).toEqual([]);
      expect(await between(null, 9)).toEqual([]);
      expect(await between(25, 15)).toEqual([]);
    });

    it('takes no event for older than those before it, whatever its writer’s clock said', async () => {
      for (const second of [10, 30, 20]) await history.created({ createdAt: time(second) });
      expect(await positions({}, { since: NOON + 25_000 })).toEqual([2, 3]);
      expect(await positions({}, { until: NOON + 25_000 })).toEqual([1]);
    });

    it('joins filters with a marker', async () => {
      for (let n = 0; n < 4; n += 1) await history.active({ owner: n % 2 === 0 ? 'even' : 'odd' });
      const created = { type: 'ImageCreated' };
      expect(await positions({ projectId: 'even' }, created)).toEqual([1, 7]);
      expect(await positions({ projectId: 'even', after: 1n, limit: 1 }, created)).toEqual([7]);
      expect(await positions({ projectId: 'even', direction: 'desc', after: 7n }, created)).toEqual([1]);
    });

    it('is the same when it was rebuilt, and goes on from there', async () => {
      const image = await history.active({ owner: 'mine' });
      const before = await positions({ projectId: 'mine' });
      await runner.rebuild('event-index');
      expect(await positions({ projectId: 'mine' })).toEqual(before);
      await history.happened(image, 'ImageTagAdded', { tag: 'x' });
      expect(await positions({ projectId: 'mine' })).toEqual([...before, 4]);
    });

    it('indexes a long log on the first question, also when two ask at once', async () => {
      for (let n = 0; n < 1200; n += 1) await history.created();
      const [one, other] = await Promise.all([positions({ direction: 'desc', limit: 1 }), positions({ after: 1199n })]);
      expect([one, other]).toEqual([[1200], [1200]]);
    });

    it('wakes whoever waits for the next event, and lets go of whoever gives up', async () => {
      await history.created();
      const giveUp = new AbortController();
      const [news, none] = [
        index.changedAfter(1n, new AbortController().signal),
        index.changedAfter(2n, giveUp.signal),
      ];
      await history.created();
      await news;
      giveUp.abort();
      await none;
    });
  });
}
