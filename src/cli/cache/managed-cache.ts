import type { CachedImage } from '../../stores/image-cache.js';

/** What is listed of a cached image. */
export type ListedImage = Omit<CachedImage, 'number'>;

/** An image cache as its operator manages it, in its folder or over HTTP. */
export interface ManagedCache {
  list(): Promise<Readonly<{ cached: readonly ListedImage[]; queued: readonly string[] }>>;
  queue(imageId: string): Promise<void>;
  remove(imageId: string): Promise<void>;
  clear(target: 'cache' | 'queue' | null): Promise<void>;
  prune(): Promise<Readonly<{ files: number; bytes: number }>>;
  clean(): Promise<void>;
  /** @returns how many images were cached, and how many still wait */
  prefetch(): Promise<Readonly<{ cached: number; waiting: number }>>;
}
