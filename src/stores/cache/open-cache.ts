import type { CacheConfig } from '../../config/app-config.js';
import type { CacheLedger } from '../../kernel/cache-ledger.js';
import type { Clock } from '../../kernel/clock.js';
import type { Leases } from '../../kernel/lease.js';
import type { ImageCache } from '../image-cache.js';
import { CacheFolder } from './cache-folder.js';
import { unobserved } from './cache-observer.js';
import type { CacheObserver } from './cache-observer.js';
import { FileImageCache } from './file-image-cache.js';
import { SqliteCacheLedger } from './sqlite.cache-ledger.js';

/** A cache, and its end. */
export type OpenedCache = ImageCache & Readonly<{ close(): Promise<void> }>;

type Around = Readonly<{
  leases: Leases;
  clock: Clock;
  /** The ledger that all nodes share. */
  sharedLedger: (nodeUrl: string) => CacheLedger;
  exists: (imageId: string) => Promise<boolean>;
  observer?: CacheObserver;
}>;

/** Opens the cache that is configured. @throws CacheUnavailable */
export async function openImageCache(config: CacheConfig, around: Around): Promise<OpenedCache> {
  const { leases, clock, sharedLedger, exists, observer = unobserved } = around;
  const { dir, ledger } = config;
  const folder = await CacheFolder.open(dir);
  return new FileImageCache({
    folder,
    ledger: ledger.kind === 'shared' ? sharedLedger(ledger.nodeUrl) : await SqliteCacheLedger.open(ledger.path),
    leases,
    clock,
    observer,
    exists,
    maxSizeBytes: config.maxSizeBytes,
    stallTimeMs: config.stallTimeS * 1000,
    maxFills: config.maxFills,
  });
}
