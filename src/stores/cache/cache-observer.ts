/** Told of what happens in an image cache, to be counted and logged. */
export interface CacheObserver {
  /** A copy is about to be read. */
  hit(lengthBytes: number): void;
  /** There was no copy of data that could have one. */
  missed(): void;
  /** A copy was made; or, with an error, could not be made. */
  filled(imageId: string, sizeBytes: number): void;
  fillFailed(imageId: string, error: unknown): void;
  /** A copy was removed to make room, or because its image is gone. */
  evicted(sizeBytes: number): void;
  /** The cache itself is in trouble. Nobody but it has noticed. */
  failed(error: unknown): void;
}

/** For those whom nobody watches. */
export const unobserved: CacheObserver = {
  hit: () => undefined,
  missed: () => undefined,
  filled: () => undefined,
  fillFailed: () => undefined,
  evicted: () => undefined,
  failed: () => undefined,
};
