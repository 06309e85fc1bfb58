import { setImmediate as nextTurn } from 'node:timers/promises';
import { CheckpointStore } from '../../../src/projections/checkpoint-store.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import type { ReadModelHarness } from './read-model.harness.js';

const NAME = 'counted';

export function readModelDatabaseContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`ReadModelDatabase contract: ${name}`, () => {
    let harness: ReadModelHarness;
    let one: ReadModelDatabase;
    let other: ReadModelDatabase;

    beforeEach(async () => {
      harness = await setUp();
      [one, other] = [await harness.open(), await harness.open()];
    });
    afterEach(() => harness.tearDown());

    const countUp = (database: ReadModelDatabase): Promise<void> =>
      database.writer.transaction().execute(async (transaction) => {
        const checkpoints = new CheckpointStore(database);
        const before = (await checkpoints.readIn(transaction, NAME))?.position ?? 0n;
        await nextTurn(); // whoever could write in between has every opportunity
        await checkpoints.put(transaction, NAME, { position: before + 1n, version: 1, generation: 0, state: 'live' });
      });
    const counted = async (database: ReadModelDatabase): Promise<bigint | null> =>
      (await new CheckpointStore(database).read(NAME))?.position ?? null;

    it('lets the transactions of all writers come one after the other', async () => {
      await Promise.all([one, other].flatMap((each) => Array.from({ length: 20 }, () => countUp(each))));
      expect(await counted(one)).toBe(40n);
    });

    it('shows nothing of a transaction to others before it ends, and all of it at once then', async () => {
      await one.writer.transaction().execute(async (transaction) => {
        const row = { version: 1, generation: 0, state: 'live', position: '1' };
        await transaction
          .insertInto('checkpoints')
          .values({ name: NAME, ...row })
          .execute();
        expect(await counted(one)).toBeNull();
        expect(await counted(other)).toBeNull();
      });
      expect(await counted(other)).toBe(1n);
    });

    it('takes back what a transaction did that fails, and lets the next one begin', async () => {
      const failure = one.writer.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('leases').execute();
        const row = { version: 1, generation: 0, state: 'live', position: '1' };
        await transaction
          .insertInto('checkpoints')
          .values({ name: NAME, ...row })
          .execute();
        throw new Error('on purpose');
      });
      await expect(failure).rejects.toThrow('on purpose');
      await countUp(other);
      expect(await counted(one)).toBe(1n);
    });

    it('compares texts byte by byte: by case, accents and spaces at the end, in the order of code points', async () => {
      const names = [
        'a',
        'A',
        'a ',
        'b',
        'ä',
        'Z',
        'ß',
        'ss',
        '',
        ' ',
        '\uffee',
        '𝒳',
        'a\tb',
        "quote'd",
        'back\\slash',
        '100%',
        '_',
      ];
      const row = { holder: 'me', expires_at: 1 };
      await one.writer
        .insertInto('leases')
        .values(names.map((each) => ({ name: each, ...row })))
        .execute();
      const read = await other.reader.selectFrom('leases').select('name').orderBy('name').execute();
      expect(read.map((each) => each.name)).toEqual(
        names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
      for (const each of names) {
        const found = await other.reader.selectFrom('leases').select('name').where('name', '=', each).execute();
        expect(found).toEqual([{ name: each }]);
      }
    });

    it('keeps 64-bit integers as exactly as a number can, and the longest texts', async () => {
      const row = { name: 'n'.repeat(255), holder: 'ä'.repeat(255), expires_at: Number.MAX_SAFE_INTEGER };
      await one.writer.insertInto('leases').values(row).execute();
      expect(await other.reader.selectFrom('leases').selectAll().execute()).toEqual([row]);
      const sealed = 'x'.repeat(3_000_000);
      await one.writer.insertInto('task_secrets').values({ task_id: 't', sealed, stored_at: 0 }).execute();
      expect((await other.reader.selectFrom('task_secrets').select('sealed').executeTakeFirstOrThrow()).sealed).toBe(
        sealed,
      );
    });
  });
}
