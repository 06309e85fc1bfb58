import type { Backend } from '../../backend/backend.js';
import { ConfigError } from '../../config/config-error.js';
import { hasData } from '../../projections/images/has-data.js';
import { CachedImageNotFound, ImageNotCacheable } from '../../stores/cache.errors.js';
import type { ImageCache } from '../../stores/image-cache.js';
import { prefetchQueued } from '../../workers/cache/prefetch-queued.js';
import type { ManagedCache } from './managed-cache.js';

/** The cache of this machine, in its folder, whether the service runs or not. */
export class LocalCache implements ManagedCache {
  private readonly cache: ImageCache;

  /** @throws ConfigError without a cache */
  constructor(private readonly backend: Pick<Backend, 'cache' | 'images' | 'stores'>) {
    if (backend.cache === null)
      throw new ConfigError(['[DEFAULT] image_cache_dir is not set: there is no image cache']);
    this.cache = backend.cache;
  }

  async list(): ReturnType<ManagedCache['list']> {
    return { cached: await this.cache.list(), queued: await this.cache.queued() };
  }

  async queue(imageId: string): Promise<void> {
    const image = await this.backend.images.find(imageId);
    if (!hasData(image)) throw notFound(imageId);
    if (image.status !== 'active') throw new ImageNotCacheable(`Image ${imageId} is not active`, { imageId });
    await this.cache.queue(imageId);
  }

  async remove(imageId: string): Promise<void> {
    const removed = await Promise.all([this.cache.dequeue(imageId), this.cache.evict(imageId)]);
    if (!removed.includes(true) && (await this.backend.images.find(imageId)) === null) throw notFound(imageId);
  }

  async clear(target: 'cache' | 'queue' | null): Promise<void> {
    if (target !== 'cache') for (const imageId of await this.cache.queued()) await this.cache.dequeue(imageId);
    if (target !== 'queue') for (const { imageId } of await this.cache.list()) await this.cache.evict(imageId);
  }

  prune(): ReturnType<ManagedCache['prune']> {
    return this.cache.prune();
  }

  async clean(): Promise<void> {
    await this.cache.clean();
  }

  async prefetch(): ReturnType<ManagedCache['prefetch']> {
    const { cache } = this;
    const { images, stores } = this.backend;
    const log = {
      notPrefetched: (imageId: string, reason: string) => console.error(`image ${imageId} is not cached: ${reason}`),
      prefetchFailed: (imageId: string, error: unknown) =>
        console.error(`image ${imageId} is not cached: ${String(error)}`),
    };
    const cached = await prefetchQueued({ cache, images, stores, log }, new AbortController().signal);
    return { cached, waiting: (await cache.queued()).length };
  }
}

const notFound = (imageId: string): CachedImageNotFound =>
  new CachedImageNotFound(`No image found with ID ${imageId}`, { imageId });
