import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqlLeases } from '../../src/projections/database/sql-leases.js';
import { openReadModelDatabase } from '../../src/projections/database/sqlite.js';
import { CacheFolder } from '../../src/stores/cache/cache-folder.js';
import type { CacheObserver } from '../../src/stores/cache/cache-observer.js';
import { FileImageCache } from '../../src/stores/cache/file-image-cache.js';
import { SqliteCacheLedger } from '../../src/stores/cache/sqlite.cache-ledger.js';
import type { CacheableImage, OpenOrigin } from '../../src/stores/image-cache.js';
import type { ByteRange, StoredBytes } from '../../src/stores/image-store.js';
import { StoreOperationUnsupported } from '../../src/stores/stores.errors.js';

type CacheOptions = Readonly<{ maxSizeBytes?: number; maxFills?: number; stallTimeMs?: number }>;

/** Where the caches of a test are, and what they share: two caches stand for two processes. */
export class CacheWorkbench {
  now = Date.parse('2026-03-01T00:00:00.000Z');
  /** Images that were deleted meanwhile. */
  readonly gone = new Set<string>();
  /** What the caches have reported. */
  readonly reports: { hits: number; misses: number; filled: string[]; failedFills: unknown[]; troubles: unknown[] } = {
    hits: 0,
    misses: 0,
    filled: [],
    failedFills: [],
    troubles: [],
  };
  private readonly opened: FileImageCache[] = [];

  private constructor(
    private readonly root: string,
    readonly dir: string,
    private readonly database: Awaited<ReturnType<typeof openReadModelDatabase>>,
  ) {}

  /** @param dir where the cache is to be; default: a new folder */
  static async open(dir?: string): Promise<CacheWorkbench> {
    const root = await mkdtemp(join(tmpdir(), 'hindsight-cache-'));
    return new CacheWorkbench(root, dir ?? join(root, 'cache'), await openReadModelDatabase(join(root, 'leases')));
  }

  async cache({
    maxSizeBytes = 2 ** 30,
    maxFills = 4,
    stallTimeMs = 1000,
  }: CacheOptions = {}): Promise<FileImageCache> {
    const clock = { now: () => new Date(this.now) };
    const folder = await CacheFolder.open(this.dir);
    const cache = new FileImageCache({
      folder,
      ledger: await SqliteCacheLedger.open(join(this.dir, 'cache.db')),
      leases: new SqlLeases(this.database, { now: () => new Date() }),
      clock,
      observer: this.observer(),
      exists: (imageId) => Promise.resolve(!this.gone.has(imageId)),
      maxSizeBytes,
      stallTimeMs,
      maxFills,
    });
    this.opened.push(cache);
    return cache;
  }

  /** Names below the cache's folder, without those of its ledger. */
  async files(): Promise<string[]> {
    const names = await readdir(this.dir, { recursive: true });
    const known = ['incomplete', 'invalid', 'queue', 'cache.db', 'cache.db-wal', 'cache.db-shm'];
    return names.filter((name) => !known.includes(name)).sort();
  }

  async close(): Promise<void> {
    for (const cache of this.opened) await cache.close();
    await this.database.close();
    await rm(this.root, { recursive: true });
    if (existsSync(this.dir)) throw new Error('the folder of the cache is somewhere else');
  }

  private observer(): CacheObserver {
    const { reports } = this;
    return {
      hit: () => void (reports.hits += 1),
      missed: () => void (reports.misses += 1),
      filled: (imageId) => void reports.filled.push(imageId),
      fillFailed: (_imageId, error) => void reports.failedFills.push(error),
      evicted: () => undefined,
      failed: (error) => void reports.troubles.push(error),
    };
  }
}

/** What is known of an image with these data. */
export const cacheable = (id: string, data: Buffer): CacheableImage => ({
  id,
  sizeBytes: data.byteLength,
  digest: { algorithm: 'sha256', hex: createHash('sha256').update(data).digest('hex') },
});

type OriginOptions = Readonly<{
  /** Sends so many bytes before `more` is fulfilled. */
  pausesAfter?: number;
  more?: Promise<unknown>;
  /** Breaks after so many bytes, when it is read from its start. */
  breaksAfter?: number;
  ranges?: boolean;
}>;

const CHUNK_BYTES = 1000;

/** An origin whose openings are counted, and that reuses the memory of its chunks as stores do. */
export class CountedOrigin {
  readonly openings: (ByteRange | null)[] = [];

  constructor(
    private readonly data: Buffer,
    private readonly options: OriginOptions = {},
  ) {}

  readonly open: OpenOrigin = (range) => {
    this.openings.push(range);
    if (range !== null && this.options.ranges === false)
      return Promise.reject(new StoreOperationUnsupported('No ranges here'));
    return Promise.resolve(this.send(range));
  };

  private async *send(range: ByteRange | null): StoredBytes {
    const { pausesAfter = Infinity, more, breaksAfter = Infinity } = this.options;
    const { byteLength } = this.data;
    const [from, to] =
      range === null ? [0, byteLength] : [range.offset, Math.min(byteLength, range.offset + range.length)];
    const memory = Buffer.alloc(CHUNK_BYTES);
    const breaks = range === null && this.openings.length === 1;
    for (let offset = from; offset < to; offset += CHUNK_BYTES) {
      if (offset >= pausesAfter) await more;
      if (breaks && offset >= breaksAfter) throw new Error('The origin broke');
      const lengthBytes = this.data.copy(memory, 0, offset, Math.min(offset + CHUNK_BYTES, to));
      yield memory.subarray(0, lengthBytes);
      memory.fill(0);
    }
  }
}

/** All bytes, copied as they come. */
export async function collected(bytes: StoredBytes | null): Promise<Buffer | null> {
  if (bytes === null) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
