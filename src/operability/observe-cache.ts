import type { Logger } from 'pino';
import type { CacheObserver } from '../stores/cache/cache-observer.js';
import type { Metrics } from './metrics.js';

/** Counts what happens in the image cache, and logs what goes wrong there. */
export const observeCache = (metrics: Metrics, logger: Logger): CacheObserver => ({
  hit: (lengthBytes) => {
    metrics.cacheReads.inc({ outcome: 'hit' });
    metrics.cacheReadBytes.inc(lengthBytes);
  },
  missed: () => metrics.cacheReads.inc({ outcome: 'miss' }),
  filled: (imageId, sizeBytes) => {
    metrics.cacheFills.inc({ outcome: 'cached' });
    logger.debug({ image_id: imageId, size: sizeBytes }, 'image cached');
  },
  fillFailed: (imageId, err) => {
    metrics.cacheFills.inc({ outcome: 'failed' });
    logger.warn({ err, image_id: imageId }, 'image not cached');
  },
  evicted: (sizeBytes) => metrics.cacheEvictedBytes.inc(sizeBytes),
  failed: (err) => logger.warn({ err }, 'image cache failed'),
});
