import type { CacheSweep } from './sweep-cache.js';

/** What the keeper of the image cache tells the operator. */
export interface CacheKeeperLog {
  /** A queued image will not be cached; it has left the queue. */
  notPrefetched(imageId: string, reason: 'missing' | 'too_large'): void;
  /** A queued image could not be cached; it stays in the queue. */
  prefetchFailed(imageId: string, error: unknown): void;
  /** There was something to remove. */
  swept(done: CacheSweep): void;
  failed(error: unknown): void;
}

/** NestJS token. */
export const CACHE_KEEPER_LOG = Symbol('CacheKeeperLog');
