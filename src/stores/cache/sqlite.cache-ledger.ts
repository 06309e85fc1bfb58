import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { CacheLedger, LedgerEntry } from '../../kernel/cache-ledger.js';
import { errorCodeOf } from '../../kernel/error-code.js';
import { CacheUnavailable } from '../cache.errors.js';

/** Waiting inside SQLite blocks this process; beyond this a writer waits between its attempts instead. */
const BUSY_TIMEOUT_MS = 5;
const RETRY_MS = 2;
const PATIENCE_MS = 5_000;

/** As Glance's SQLite driver makes it, so that a cache can be taken over. Times are seconds. */
const SCHEMA = `create table if not exists cached_images (
  image_id text primary key,
  last_accessed real default 0.0,
  last_modified real default 0.0,
  size integer default 0,
  hits integer default 0,
  checksum text
)`;

type Row = Readonly<{
  image_id: string;
  last_accessed: number;
  last_modified: number;
  size: number;
  hits: number;
  checksum: string | null;
}>;

/** Bookkeeping in a file of the cache's folder, for all processes of one machine. */
export class SqliteCacheLedger implements CacheLedger {
  private readonly statements: ReturnType<typeof prepare>;

  private constructor(private readonly database: Database.Database) {
    this.statements = prepare(database);
  }

  /** @throws CacheUnavailable when the file is no database, or cannot be written to */
  static async open(file: string): Promise<SqliteCacheLedger> {
    return attempt(() => {
      const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
      try {
        database.pragma('journal_mode = WAL');
        database.pragma('synchronous = NORMAL'); // what a power cut takes is a hit that was not counted
        database.exec(SCHEMA);
        return new SqliteCacheLedger(database);
      } catch (error) {
        database.close();
        throw error;
      }
    });
  }

  find(imageId: string): Promise<LedgerEntry | null> {
    return attempt(() => {
      const row = this.statements.find.get(imageId);
      return row === undefined ? null : entryOf(row);
    });
  }

  list(): Promise<readonly LedgerEntry[]> {
    return attempt(() => this.statements.list.all().map(entryOf));
  }

  async add(entry: Parameters<CacheLedger['add']>[0]): Promise<void> {
    const { imageId, sizeBytes, digest, nowMs } = entry;
    await attempt(() => this.statements.add.run(imageId, nowMs / 1000, nowMs / 1000, sizeBytes, digest));
  }

  async recordHit(imageId: string, nowMs: number): Promise<void> {
    await attempt(() => this.statements.recordHit.run(nowMs / 1000, imageId));
  }

  async remove(imageId: string): Promise<void> {
    await attempt(() => this.statements.remove.run(imageId));
  }

  nodesWith(): Promise<null> {
    return Promise.resolve(null);
  }

  close(): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }
}

const prepare = (database: Database.Database) => ({
  find: database.prepare<[string], Row>('select * from cached_images where image_id = ?'),
  list: database.prepare<[], Row>('select * from cached_images order by last_modified, image_id'),
  add: database.prepare<[string, number, number, number, string | null]>(
    'insert or replace into cached_images (image_id, last_accessed, last_modified, size, hits, checksum) values (?, ?, ?, ?, 0, ?)',
  ),
  recordHit: database.prepare<[number, string]>(
    'update cached_images set hits = hits + 1, last_accessed = max(last_accessed, ?) where image_id = ?',
  ),
  remove: database.prepare<[string]>('delete from cached_images where image_id = ?'),
});

const entryOf = (row: Row): LedgerEntry => ({
  imageId: row.image_id,
  sizeBytes: row.size,
  digest: row.checksum,
  hits: row.hits,
  lastAccessedMs: Math.round(row.last_accessed * 1000),
  lastModifiedMs: Math.round(row.last_modified * 1000),
  number: null,
});

/** Tries again while another process writes. @throws CacheUnavailable */
async function attempt<Result>(act: () => Result): Promise<Result> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return act();
    } catch (cause) {
      if (!isBusy(cause) || performance.now() > giveUpAt)
        throw new CacheUnavailable('The ledger of the image cache failed', {}, { cause });
    }
    await delay(RETRY_MS);
  }
}

const isBusy = (error: unknown): boolean => errorCodeOf(error)?.startsWith('SQLITE_BUSY') === true;
