import { InMemoryEventStore } from '../../../src/events/adapters/in-memory/in-memory.event-store.js';
import { metadefEvents } from '../../../src/events/contracts/metadef-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import type { ImageListQuery, ImageSortKey } from '../../../src/projections/images/image-details.read-model.js';
import { imagesWithOtherTraits } from '../../../src/projections/images/image-row-differences.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
import type { NamespaceListQuery } from '../../../src/projections/metadefs/metadef.read-model.js';
import { SqlMetadefProjection } from '../../../src/projections/metadefs/sql-metadef.projection.js';
import { SqlMetadefReadModel } from '../../../src/projections/metadefs/sql-metadef.read-model.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../../src/projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../../../src/projections/tasks/sql-task.read-model.js';
import type { TaskListQuery } from '../../../src/projections/tasks/task.read-model.js';
import { newEvent } from '../../support/new-event.js';
import { codec, ImageHistory } from './image-history.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { taskCodec, TaskHistory } from './task-history.js';

const ROWS = 300;
const PAGE = 10;
/** A page's rows, of up to four parts, once more to read the documents, and what a merge looks at again. */
const MOST_READ = 15 * PAGE;

const viewer = { projectId: 'mine', isAdmin: true };
const directions = ['asc', 'desc'] as const;

/** A server of which can be told how many rows it reads, and which knows the sizes of its tables. */
export type CountingHarness = ReadModelHarness &
  Readonly<{
    /** Lets the planner know how full the tables are. */
    analyze: (database: ReadModelDatabase) => Promise<void>;
    /** Rows of tables and indexes that are read while something is asked. */
    rowsRead: (database: ReadModelDatabase, ask: (database: ReadModelDatabase) => Promise<unknown>) => Promise<number>;
  }>;

/** That a page far from a list's beginning costs what the first one costs. */
export function deepPagesContract(name: string, setUp: () => Promise<CountingHarness>): void {
  describe(`pages deep inside a list: ${name}`, () => {
    let harness: CountingHarness;
    let database: ReadModelDatabase;

    beforeAll(async () => {
      harness = await setUp();
      database = await harness.open();
    });
    afterAll(() => harness.tearDown());

    describe('images', () => {
      const query: ImageListQuery = {
        ...{ viewer, visibility: 'all', memberStatus: 'accepted', hidden: false, filters: [] },
        ...{ sort: [], after: null, limit: PAGE },
      };

      beforeAll(async () => {
        const history = new ImageHistory();
        const runner = new ProjectionRunner(history.store, codec, database, [new SqlImageDetailsProjection()]);
        await runner.migrate();
        for (let n = 0; n < ROWS; n += 1) await history.created({ name: `image-${n % 7}`, tags: tagsOf(n) });
        await runner.catchUp();
        await harness.analyze(database);
      });

      it.each([
        ['the time of creation', ['created_at', 'id']],
        ['name', ['name', 'created_at', 'id']],
        ['last change', ['updated_at', 'created_at', 'id']],
        ['size', ['size', 'created_at', 'id']],
      ] as const)('by %s are read without what lies before them', async (_, keys) => {
        for (const direction of directions) {
          const sort = keys.map((key: ImageSortKey) => ({ key, direction }));
          const all = await new SqlImageReadModel(database).list({ ...query, sort, limit: ROWS });
          const after = all.at(-PAGE - 1)!;
          const read = await harness.rowsRead(database, async (counted) => {
            expect(await new SqlImageReadModel(counted).list({ ...query, sort, after })).toEqual(all.slice(-PAGE));
          });
          expect(read).toBeLessThan(MOST_READ);
        }
      });

      it('let a walk through all traits read each of them once', async () => {
        const traits = ROWS * tagsOf(0).length;
        const read = await harness.rowsRead(database, (counted) => imagesWithOtherTraits(counted, []));
        expect(read).toBeLessThan(traits * 1.2);
        expect(read).toBeGreaterThanOrEqual(traits);
      });
    });

    describe('tasks', () => {
      const query: TaskListQuery = {
        ...{ viewer, filters: {}, now: '2026-03-02T00:00:00.000Z' },
        ...{ sort: { key: 'created_at', direction: 'asc' }, after: null, limit: PAGE },
      };

      beforeAll(async () => {
        const history = new TaskHistory();
        const runner = new ProjectionRunner(history.store, taskCodec, database, [new SqlTaskProjection()]);
        await runner.migrate();
        for (let n = 0; n < ROWS; n += 1) await history.created();
        await runner.catchUp();
        await harness.analyze(database);
      });

      it.each([
        ['an administrator', viewer],
        ['a project', { ...viewer, isAdmin: false }],
      ])('are read without what lies before them, for %s', async (_, who) => {
        for (const direction of directions) {
          const asked = { ...query, viewer: who, sort: { key: 'created_at', direction } } as const;
          const all = await new SqlTaskReadModel(database).list({ ...asked, limit: ROWS });
          const after = all.at(-PAGE - 1)!;
          const read = await harness.rowsRead(database, async (counted) => {
            expect(await new SqlTaskReadModel(counted).list({ ...asked, after })).toEqual(all.slice(-PAGE));
          });
          expect(read).toBeLessThan(MOST_READ);
        }
      });
    });

    describe('metadata definitions', () => {
      const query: NamespaceListQuery = {
        ...{ viewer, visibility: null, resourceTypes: null },
        ...{ sort: { key: 'created_at', direction: 'asc' }, after: null, limit: PAGE },
      };

      beforeAll(async () => {
        const store = new InMemoryEventStore();
        const events = EventCodec.of([metadefEvents]);
        const runner = new ProjectionRunner(store, events, database, [new SqlMetadefProjection()]);
        await runner.migrate();
        for (let n = 0; n < ROWS; n += 1) await store.append(`metadef_namespace-n${n}`, 'any', [namespaceCreated(n)]);
        await runner.catchUp();
        await harness.analyze(database);
      });

      it('are read without what lies before them', async () => {
        for (const direction of directions) {
          const asked = { ...query, sort: { key: 'created_at', direction } } as const;
          const all = await new SqlMetadefReadModel(database).list({ ...asked, limit: ROWS });
          const after = all.at(-PAGE - 1)!;
          const read = await harness.rowsRead(database, async (counted) => {
            expect(await new SqlMetadefReadModel(counted).list({ ...asked, after })).toEqual(all.slice(-PAGE));
          });
          expect(read).toBeLessThan(MOST_READ);
        }
      });
    });
  });
}

const tagsOf = (n: number): string[] => Array.from({ length: 10 }, (_, tag) => `tag-${(n + tag) % 12}`);

const namespaceCreated = (n: number) =>
  newEvent({
    type: 'MetadefNamespaceCreated',
    data: {
      ...{ name: `n${n}`, displayName: null, description: null, visibility: 'public', protected: false, owner: 'mine' },
      ...{ associations: [], objects: [], properties: [], tags: [] },
      createdAt: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    },
  });
