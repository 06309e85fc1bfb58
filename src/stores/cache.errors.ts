import { DomainError } from '../kernel/domain-error.js';

/** No image cache is configured. */
export class CachingDisabled extends DomainError {
  readonly code = 'cache.disabled';
}

/** Only images with data to give can be cached; `details.status`. */
export class ImageNotCacheable extends DomainError {
  readonly code = 'cache.image_not_active';
}

/** There is neither such an image nor anything of it in the cache. */
export class CachedImageNotFound extends DomainError {
  readonly code = 'cache.image_not_found';
}

/** Only a ledger that all nodes share tells who has an image; `[DEFAULT] image_cache_driver` says which one is used. */
export class CacheNodesUnknown extends DomainError {
  readonly code = 'cache.nodes_unknown';
}

/** The folder of the cache, or its ledger, cannot be used. */
export class CacheUnavailable extends DomainError {
  readonly code = 'cache.unavailable';
}

export type CacheErrorCode = (
  CachingDisabled | ImageNotCacheable | CachedImageNotFound | CacheNodesUnknown | CacheUnavailable
)['code'];
