import type { ImageReadModel } from '../../projections/images/image-details.read-model.js';
import { cacheableImage } from '../../stores/cacheable-image.js';
import type { ImageCache } from '../../stores/image-cache.js';
import type { ImageStores } from '../../stores/image-store.js';
import { StoredImageBytes } from '../tasks/import/import-data.js';
import type { CacheKeeperLog } from './cache-keeper-log.js';

/** Images that are copied at a time: they leave room for what clients wait for. */
const CONCURRENCY = 2;

type Prefetched = Readonly<{
  cache: ImageCache;
  images: Pick<ImageReadModel, 'find'>;
  stores: ImageStores;
  log: Pick<CacheKeeperLog, 'notPrefetched' | 'prefetchFailed'>;
}>;

/**
 * Caches every queued image, those first that have waited longest. What cannot be cached at all leaves the queue; what may
 * be cached later stays there.
 * @returns how many were cached
 */
export async function prefetchQueued(prefetched: Prefetched, signal: AbortSignal): Promise<number> {
  const waiting = [...(await prefetched.cache.queued())];
  let cached = 0;
  const work = async (): Promise<void> => {
    for (let imageId = waiting.shift(); imageId !== undefined && !signal.aborted; imageId = waiting.shift()) {
      if (await prefetchOne(prefetched, imageId, signal)) cached += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return cached;
}

async function prefetchOne(
  { cache, images, stores, log }: Prefetched,
  imageId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const image = await images.find(imageId);
    const active = image?.status === 'active' ? image : null;
    const data = active && new StoredImageBytes(stores, active.locations, active.sizeBytes ?? 0);
    const outcome =
      active && data ? await cache.prefetch(cacheableImage(active), () => data.open(), signal) : 'missing';
    if (outcome !== 'failed') await cache.dequeue(imageId);
    if (outcome === 'missing' || outcome === 'too_large') log.notPrefetched(imageId, outcome);
    return outcome === 'cached';
  } catch (error) {
    log.prefetchFailed(imageId, error);
    return false;
  }
}
