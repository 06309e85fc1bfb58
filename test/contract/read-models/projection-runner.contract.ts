import { setImmediate as nextTurn } from 'node:timers/promises';
import { UnknownEventType } from '../../../src/events/events.errors.js';
import type { ImageEvent } from '../../../src/events/contracts/image-events.js';
import { CheckpointStore } from '../../../src/projections/checkpoint-store.js';
import { QueryCache } from '../../../src/projections/database/query-cache.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import {
  PositionNotReached,
  ProjectionVersionMismatch,
  RebuildSuperseded,
  UnknownProjection,
} from '../../../src/projections/projections.errors.js';
import type { ImageListQuery } from '../../../src/projections/images/image-details.read-model.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { IMAGE_TABLES } from '../../../src/projections/images/image-tables.js';
import { propertyTrait, tagTrait } from '../../../src/projections/images/image-traits.js';
import { SqlImageReadModel } from '../../../src/projections/images/sql-image.read-model.js';
import { codec, ImageHistory, storedData } from './image-history.js';
import { rowsOf } from './read-model.harness.js';
import type { ReadModelHarness } from './read-model.harness.js';

const NAME = 'image-details';

/** The same projection as a later version of the program would have it. */
class NextImageDetailsProjection extends SqlImageDetailsProjection {
  override readonly version = 1000 as SqlImageDetailsProjection['version'];
}

/** Notes what it is given to apply. */
class NotingImageDetailsProjection extends SqlImageDetailsProjection {
  constructor(private readonly applied: bigint[]) {
    super();
  }

  override apply(...[target, events]: Parameters<SqlImageDetailsProjection['apply']>): Promise<void> {
    this.applied.push(...events.map(({ envelope }) => envelope.position));
    return super.apply(target, events);
  }
}

const everything: ImageListQuery = {
  viewer: { projectId: null, isAdmin: true },
  visibility: 'all',
  memberStatus: 'all',
  hidden: false,
  filters: [],
  sort: [{ key: 'id', direction: 'asc' }],
  after: null,
  limit: 100_000,
};

export function projectionRunnerContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`ProjectionRunner contract: ${name}`, () => {
    let harness: ReadModelHarness;
    let history: ImageHistory;
    let database: ReadModelDatabase;
    let runner: ProjectionRunner<ImageEvent>;

    const runnerOn = (
      on: ReadModelDatabase,
      projection = new SqlImageDetailsProjection(),
    ): ProjectionRunner<ImageEvent> => new ProjectionRunner(history.store, codec, on, [projection]);
    const expectModelOf = async (on: ReadModelDatabase): Promise<void> => {
      const images = await new SqlImageReadModel(on).list(everything);
      const expected = await history.documents();
      expect(images.map(({ id }) => id)).toEqual([...expected.keys()].sort());
      for (const image of images) expect(image).toEqual(expected.get(image.id));
    };
    /** How often the tables were built anew. */
    const generation = async (): Promise<number | undefined> =>
      (await new CheckpointStore(database).read(NAME))?.generation;
    /** Enough images for several batches of a rebuild. */
    const many = async (count = 450): Promise<void> => {
      for (let index = 0; index < count; index++) {
        await history.created({ properties: { index: String(index) }, tags: ['t'], visibility: 'public' });
      }
    };

    beforeEach(async () => {
      harness = await setUp();
      history = new ImageHistory();
      database = await harness.open();
      runner = runnerOn(database);
      await runner.migrate();
    });
    afterEach(() => harness.tearDown());

    describe('catching up', () => {
      it('shows what was appended, up to the position that was asked for', async () => {
        const id = await history.created();
        const position = await history.happened(id, 'ImageDetailsChanged', { name: 'renamed' });
        await runner.catchUp(position);
        expect(await new SqlImageReadModel(database).find(id)).toMatchObject({ name: 'renamed', revision: 1 });
        expect(await runner.status()).toEqual([{ name: NAME, checkpoint: 2n, lastPosition: 2n, lag: 0n }]);
      });

      it('goes to the end of a long log without a position', async () => {
        await many(2100);
        await runner.catchUp();
        await expectModelOf(database);
      });

      it('fills what has nothing of a long log as a rebuild does, in one process of several', async () => {
        await many(2100);
        const opened = await Promise.all([1, 2, 3].map(() => harness.open()));
        await Promise.all(opened.map((each) => runnerOn(each).fill()));
        expect(await generation()).toBeGreaterThan(0);
        for (const each of opened) expect(await runnerOn(each).status()).toMatchObject([{ lag: 0n }]);
        await expectModelOf(database);
      });

      it('fills what another start has begun and died of', async () => {
        await many(2100);
        const dies = runner.rebuild(NAME, () => {
          throw new Error('killed');
        });
        await expect(dies).rejects.toThrow('killed');
        const next = await harness.open();
        await runnerOn(next).fill();
        expect(await generation()).toBeGreaterThan(0);
        await expectModelOf(next);
      });

      it('only catches up with what is short, or has begun already', async () => {
        await many(3);
        await runner.fill();
        await many(2100);
        await runner.fill();
        expect(await generation()).toBe(0);
        await expectModelOf(database);
      });

      it('serves any number of callers at once', async () => {
        const positions = await Promise.all(
          Array.from({ length: 40 }, async () => {
            const position = await history.happened(await history.created(), 'ImageDetailsChanged', { name: 'x' });
            await runner.catchUp(position);
            return position;
          }),
        );
        expect(positions).toHaveLength(40);
        expect(await runner.status()).toMatchObject([{ lag: 0n }]);
        await expectModelOf(database);
      });

      it('does not go through what others have applied since it last looked', async () => {
        await runner.catchUp();
        await history.created();
        await runner.catchUp();
        const other = runnerOn(await harness.open());
        await many(4500);
        await other.catchUp();
        const reads: bigint[] = [];
        const readAll = history.store.readAll.bind(history.store);
        history.store.readAll = (after, limit) => {
          reads.push(after);
          return readAll(after, limit);
        };
        await history.created();
        await runner.catchUp();
        expect(reads).toHaveLength(2);
        expect(await runner.status()).toMatchObject([{ lag: 0n }]);
        await expectModelOf(database);
      });

      it('says how far it is behind', async () => {
        await history.created();
        await runner.catchUp();
        await history.created();
        await history.created();
        expect(await runner.status()).toEqual([{ name: NAME, checkpoint: 1n, lastPosition: 3n, lag: 2n }]);
      });

      it('refuses tables that were made from a longer log than this one', async () => {
        await history.created({});
        await history.created({});
        await runner.catchUp();
        history = new ImageHistory();
        await history.created({});
        await expect(runnerOn(database).migrate()).rejects.toBeInstanceOf(PositionNotReached);
      });

      it('does not wait for a position that the log has not', async () => {
        await history.created();
        await expect(runner.catchUp(7n)).rejects.toBeInstanceOf(PositionNotReached);
      });

      it('begins where the tables are, if they are again what they were earlier', async () => {
        await history.created();
        await history.created({ tags: ['t'] });
        await runner.catchUp();
        await database.writer.transaction().execute(async (tables) => {
          for (const table of IMAGE_TABLES) await tables.deleteFrom(table).execute();
          await tables.updateTable('checkpoints').set({ position: '0' }).where('name', '=', NAME).execute();
        });
        await runner.catchUp(await history.happened(await history.created(), 'ImageTagAdded', { tag: 'u' }));
        await expectModelOf(database);
        expect(await runner.status()).toMatchObject([{ lag: 0n }]);
      });

      it('stops at an event that it does not know, each time, and applies nothing after it', async () => {
        const before = await history.created();
        await history.unknown();
        const after = await history.created();
        const model = new SqlImageReadModel(database);
        for (let attempt = 0; attempt < 2; attempt++) {
          await expect(runner.catchUp()).rejects.toBeInstanceOf(UnknownEventType);
          expect(await model.find(before)).not.toBeNull();
          expect(await model.find(after)).toBeNull();
        }
        await expect(runner.rebuild(NAME)).rejects.toBeInstanceOf(UnknownEventType);
        expect(await model.find(before)).not.toBeNull();
      });

      it('changes nothing when events are applied a second time', async () => {
        const id = await history.active({ properties: { a: '1' }, tags: ['t'] });
        await history.happened(id, 'ImagePropertiesChanged', { set: { b: '2' }, removed: ['a'] });
        await history.happened(id, 'ImageTagsReplaced', { tags: ['u'] });
        await history.happened(id, 'ImageMemberAdded', { memberId: 'm' });
        await history.happened(await history.created(), 'ImageDeleted', { deletedAt: '2026-03-02T00:00:00.000Z' });
        await runner.catchUp();
        const rows = await rowsOf(database);
        const projection = new SqlImageDetailsProjection();
        const recorded = (await history.recorded()).map((envelope) => ({ event: codec.decode(envelope), envelope }));
        for (const events of [recorded, ...recorded.map((event) => [event])]) {
          await database.writer
            .transaction()
            .execute((tables) =>
              projection.apply({ tables, queries: new QueryCache(), dialect: database.dialect }, events),
            );
        }
        expect(await rowsOf(database)).toEqual(rows);
      });

      it('leaves nothing of a deleted image behind', async () => {
        const id = await history.active({ properties: { a: '1' }, tags: ['t'] });
        await history.happened(id, 'ImageMemberAdded', { memberId: 'm' });
        await runner.catchUp();
        expect(await rowsOf(database)).toHaveLength(4);
        await history.happened(id, 'ImageDeleted', { deletedAt: '2026-03-02T00:00:00.000Z' });
        await runner.catchUp();
        expect(await rowsOf(database)).toEqual([]);
      });

      it('keeps the side tables as the documents are', async () => {
        const id = await history.created({ properties: { a: '1', b: '2' }, tags: ['t', 'u'] });
        await runner.catchUp();
        await history.happened(id, 'ImagePropertiesChanged', { set: { a: '9', c: '3' }, removed: ['b'] });
        await history.happened(id, 'ImageTagRemoved', { tag: 't' });
        await history.happened(id, 'ImageTagAdded', { tag: 'v' });
        await history.happened(id, 'ImageDataStored', storedData(5));
        await runner.catchUp();
        const kept = await rowsOf(database);
        await runner.rebuild(NAME);
        expect(await rowsOf(database)).toEqual(kept);
        const traits = await database.reader.selectFrom('image_traits').select('trait').execute();
        const expected = [propertyTrait('a', '9'), propertyTrait('c', '3'), tagTrait('u'), tagTrait('v')];
        expect(traits.map(({ trait }) => trait).sort()).toEqual(expected.sort());
      });
    });

    describe('several processes on one database', () => {
      it('can all prepare it at once', async () => {
        const fresh = await setUp();
        try {
          const opened = await Promise.all(Array.from({ length: 4 }, () => fresh.open()));
          await Promise.all(opened.map((each) => runnerOn(each).migrate()));
          await history.created();
          await Promise.all(opened.map((each) => runnerOn(each).catchUp()));
          for (const each of opened) await expectModelOf(each);
        } finally {
          await fresh.tearDown();
        }
      });

      it('apply each event once, and each sees what it waited for', async () => {
        const others = [await harness.open(), await harness.open()];
        const applied: bigint[] = [];
        const runners = [database, ...others].map((each) => runnerOn(each, new NotingImageDetailsProjection(applied)));
        const models = [database, ...others].map((each) => new SqlImageReadModel(each));
        await Promise.all(
          runners.map(async (each, index) => {
            for (let round = 0; round < 60; round++) {
              const id = await history.created();
              await each.catchUp(await history.happened(id, 'ImageTagAdded', { tag: `t${round}` }));
              expect((await models[index]!.find(id))?.tags).toEqual([`t${round}`]);
            }
          }),
        );
        await expectModelOf(database);
        expect(applied).toEqual((await history.recorded()).map(({ position }) => position));
      });
    });

    describe('rebuilding', () => {
      it('ends with the same rows', async () => {
        await many();
        await runner.catchUp();
        const rows = await rowsOf(database);
        const seen: bigint[] = [];
        await runner.rebuild(NAME, ({ position }) => seen.push(position));
        expect(await rowsOf(database)).toEqual(rows);
        expect([seen[0], seen.at(-1)]).toEqual([200n, 450n]);
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => Number(a - b)));
        await runner.rebuild(NAME);
        expect(await rowsOf(database)).toEqual(rows);
      });

      it('lets others read and write all the time', async () => {
        await many();
        await runner.catchUp();
        const other = await harness.open();
        const [otherRunner, otherModel] = [runnerOn(other), new SqlImageReadModel(other)];
        let rebuilding = true;
        const serve = async (): Promise<number> => {
          let served = 0;
          for (; rebuilding; served++) {
            const id = await history.created({ name: `during ${served}` });
            await otherRunner.catchUp(await history.happened(id, 'ImageTagAdded', { tag: 'late' }));
            expect(await otherModel.find(id)).toMatchObject({ tags: ['late'] });
            const listed = await otherModel.list({ ...everything, filters: [{ kind: 'tag', tag: 'late' }] });
            expect(listed).toHaveLength(served + 1);
            await nextTurn(); // as a server that waits for its next request
          }
          return served;
        };
        const rebuild = async (): Promise<void> => {
          for (let round = 0; round < 3; round++) await runner.rebuild(NAME);
          rebuilding = false;
        };
        const [served] = await Promise.all([serve(), rebuild()]);
        expect(served).toBeGreaterThan(0);
        await runner.catchUp();
        await expectModelOf(database);
        await expectModelOf(other);
      });

      it('that dies half-way leaves the old tables serving, and the next one starts over', async () => {
        await many();
        await runner.catchUp();
        const dies = runner.rebuild(NAME, () => {
          throw new Error('killed');
        });
        await expect(dies).rejects.toThrow('killed');
        await history.created();
        await runner.catchUp();
        await expectModelOf(database);
        await runnerOn(await harness.open()).rebuild(NAME);
        await expectModelOf(database);
        await history.created();
        await runner.catchUp();
        await expectModelOf(database);
      });

      it('gives way to a rebuild that was started later', async () => {
        await many();
        const other = runnerOn(await harness.open());
        await other.migrate(); // has a connection that writes, and so asks for its turn at once
        let later: Promise<void> | undefined;
        const earlier = runner.rebuild(NAME, () => {
          later ??= other.rebuild(NAME);
        });
        await expect(earlier).rejects.toBeInstanceOf(RebuildSuperseded);
        await later;
        await expectModelOf(database);
      });

      it('knows the projections by name', async () => {
        await expect(runner.rebuild('images')).rejects.toBeInstanceOf(UnknownProjection);
      });
    });

    describe('a new version of the program', () => {
      it('rebuilds what an older one made, after which the older one stops', async () => {
        await many();
        await runner.catchUp();
        const [one, two] = [await harness.open(), await harness.open()];
        const newer = [one, two].map((each) => runnerOn(each, new NextImageDetailsProjection()));
        await Promise.all(newer.map((each) => each.migrate()));
        await history.created();
        await newer[0]!.catchUp();
        await expectModelOf(two);
        await expect(runner.catchUp()).rejects.toBeInstanceOf(ProjectionVersionMismatch);
        await expect(runner.migrate()).rejects.toBeInstanceOf(ProjectionVersionMismatch);
      });
    });
  });
}
