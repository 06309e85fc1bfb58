import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { CacheUnavailable } from '../../../src/stores/cache.errors.js';
import { SqliteCacheLedger } from '../../../src/stores/cache/sqlite.cache-ledger.js';
import { cacheLedgerContract } from './cache-ledger.contract.js';

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'hindsight-cache-ledger-'));

cacheLedgerContract('SQLite file', async () => {
  const folder = await newFolder();
  const opened: SqliteCacheLedger[] = [];
  return {
    connect: async () => {
      const ledger = await SqliteCacheLedger.open(join(folder, 'cache.db'));
      opened.push(ledger);
      return ledger;
    },
    tearDown: async () => {
      for (const ledger of opened) await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
});

describe('the ledger in a SQLite file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes over what Glance has kept there', async () => {
    const path = join(folder, 'cache.db');
    const glance = new Database(path);
    glance.exec(`CREATE TABLE cached_images (image_id TEXT PRIMARY KEY, last_accessed REAL DEFAULT 0.0,
      last_modified REAL DEFAULT 0.0, size INTEGER DEFAULT 0, hits INTEGER DEFAULT 0, checksum TEXT)`);
    glance.exec(`INSERT INTO cached_images (image_id, last_accessed, last_modified, hits, size)
      VALUES ('a', 1795841724.5326085, 1795841700.25, 3, 10)`);
    glance.close();
    const ledger = await SqliteCacheLedger.open(path);
    expect(await ledger.list()).toEqual([
      {
        imageId: 'a',
        sizeBytes: 10,
        digest: null,
        hits: 3,
        lastAccessedMs: 1795841724533,
        lastModifiedMs: 1795841700250,
        number: null,
      },
    ]);
    expect(await ledger.nodesWith()).toBeNull();
    await ledger.close();
  });

  it('refuses a file that is no database', async () => {
    await writeFile(join(folder, 'cache.db'), 'no database, but long enough to be looked at '.repeat(50));
    await expect(SqliteCacheLedger.open(join(folder, 'cache.db'))).rejects.toBeInstanceOf(CacheUnavailable);
  });
});
