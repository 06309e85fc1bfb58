import type { ByteRange, StoredBytes } from './image-store.js';

/** What has to be known of an image to cache its data, and to see that what is cached is still its data. */
export type CacheableImage = Readonly<{
  id: string;
  sizeBytes: number;
  /** Hash of the data, in lower-case hex; null when nobody has computed one. */
  digest: Readonly<{ algorithm: string; hex: string }> | null;
}>;

/** An image of which the cache has all data. Times are milliseconds since 1970. */
export type CachedImage = Readonly<{
  imageId: string;
  sizeBytes: number;
  hits: number;
  lastAccessedMs: number;
  lastModifiedMs: number;
  /** Number of the entry, where several nodes keep one ledger. */
  number: number | null;
}>;

/** What was removed to make room. */
export type Pruned = Readonly<{ files: number; bytes: number }>;

/** Opens an image's data where they really are; null when they are not there any more. */
export type OpenOrigin = (range: ByteRange | null) => Promise<StoredBytes | null>;

/** `failed`: the data could be had, but not be cached, or somebody else is at it. The image stays in the queue. */
export type PrefetchOutcome = 'cached' | 'too_large' | 'failed' | 'missing';

/**
 * Copies of image data on a disk of this machine, for images whose data are far away. A copy is complete and verified before
 * anybody sees it. It serves nobody by itself: whoever asks has found out that the caller may read the data.
 */
export interface ImageCache {
  /** Opens a cached copy, and counts that; null when there is none. A range that reaches beyond the end is cut there. */
  read(image: CacheableImage, range: ByteRange | null): Promise<StoredBytes | null>;

  /**
   * Opens the origin and keeps a copy of what is read from it. Those who ask meanwhile share the one reading.
   * Whatever goes wrong with the cache, the data are read.
   * @throws what the origin throws
   */
  readThrough(image: CacheableImage, origin: OpenOrigin): Promise<StoredBytes | null>;

  /**
   * Makes a copy, if there is none.
   * @param signal ends the waiting; the copying goes on
   * @throws what the origin throws, and what kept the data from being copied
   */
  prefetch(image: CacheableImage, origin: OpenOrigin, signal: AbortSignal): Promise<PrefetchOutcome>;

  /** All that is cached, oldest first. */
  list(): Promise<readonly CachedImage[]>;

  /** Ids of images that wait for being cached, in the order in which they were queued. */
  queued(): Promise<readonly string[]>;

  /** Asks for an image to be cached. @returns false when it is cached or queued already */
  queue(imageId: string): Promise<boolean>;

  /** @returns whether it was queued */
  dequeue(imageId: string): Promise<boolean>;

  /** Removes an image's copy. Whoever is reading it goes on. @returns whether there was one */
  evict(imageId: string): Promise<boolean>;

  /** For an image that was just deleted: neither cached nor queued any more. Trouble is put right by a later sweep. */
  forget(imageId: string): Promise<void>;

  /** Removes what was read least recently, until the copies are not larger than they may be. */
  prune(): Promise<Pruned>;

  /** Removes invalid copies, and unfinished ones that nothing was added to for the stall time. @returns how many */
  clean(): Promise<number>;

  /** URLs of the nodes that have the image. @throws CacheNodesUnknown unless nodes keep one ledger */
  nodesWith(imageId: string): Promise<readonly string[]>;

  /** Files in the cache's folder that look like copies but that no ledger knows. Nobody is served from them. */
  strays(): Promise<readonly string[]>;

  /** Called whenever an image was queued by this process; a later listener takes the place of an earlier one. */
  onQueued(listener: () => void): void;
}

/** NestJS token of `ImageCache | null`. */
export const IMAGE_CACHE = Symbol('ImageCache');
