import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { SqlCacheLedger } from '../../../src/projections/database/sql-cache-ledger.js';
import { openReadModelDatabase } from '../../../src/projections/database/sqlite.js';
import { cacheLedgerContract } from './cache-ledger.contract.js';

const harness = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-cache-ledger-'));
  const opened: ReadModelDatabase[] = [];
  return {
    connect: async (node = 'http://one') => {
      const database = await openReadModelDatabase(join(folder, 'read-models.sqlite'));
      opened.push(database);
      return new SqlCacheLedger(database, node);
    },
    tearDown: async () => {
      for (const database of opened) await database.close();
      await rm(folder, { recursive: true });
    },
  };
};

cacheLedgerContract('read-model database', harness);

describe('the ledger that nodes share', () => {
  it('keeps the entries of nodes apart, numbers them, and knows who has an image', async () => {
    const { connect, tearDown } = await harness();
    const [one, two] = [await connect('http://one'), await connect('http://two')];
    await one.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
    await two.add({ imageId: 'a', sizeBytes: 1, digest: null, nowMs: 1000 });
    await two.add({ imageId: 'b', sizeBytes: 1, digest: null, nowMs: 2000 });
    await two.recordHit('a', 3000);
    expect((await one.list()).map(({ imageId, hits, number }) => [imageId, hits, number])).toEqual([['a', 0, 1]]);
    expect((await two.list()).map(({ imageId, hits, number }) => [imageId, hits, number])).toEqual([
      ['a', 1, 2],
      ['b', 0, 3],
    ]);
    expect(await one.nodesWith('a')).toEqual(['http://one', 'http://two']);
    expect(await one.nodesWith('b')).toEqual(['http://two']);
    await one.remove('a');
    expect(await two.nodesWith('a')).toEqual(['http://two']);
    expect(await two.nodesWith('c')).toEqual([]);
    await tearDown();
  });
});
