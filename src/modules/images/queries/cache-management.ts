import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import { ImagePolicy } from '../../../auth/image-policy.js';
import type { RuleName } from '../../../auth/policy-rules.js';
import { IMAGE_READ_MODEL } from '../../../projections/images/image-details.read-model.js';
import type { ImageDetails, ImageReadModel } from '../../../projections/images/image-details.read-model.js';
import { CachedImageNotFound, CachingDisabled, ImageNotCacheable } from '../../../stores/cache.errors.js';
import { IMAGE_CACHE } from '../../../stores/image-cache.js';
import type { CachedImage, ImageCache, Pruned } from '../../../stores/image-cache.js';
import { ImageQueries } from './image.queries.js';

/** Which of the two a client wants emptied. */
export type ClearTarget = 'cache' | 'queue' | 'both';

/** The image cache of this machine, as those may manage it whom the given rule allows it. */
@Injectable()
export class CacheManagement {
  constructor(
    @Inject(IMAGE_CACHE) private readonly cache: ImageCache | null,
    @Inject(IMAGE_READ_MODEL) private readonly readModel: ImageReadModel,
    private readonly images: ImageQueries,
    private readonly policy: ImagePolicy,
  ) {}

  /** @throws ActionForbidden, CachingDisabled, as all methods */
  async cached(caller: Caller, rule: RuleName): Promise<readonly CachedImage[]> {
    return (await this.open(caller, rule)).list();
  }

  async queued(caller: Caller, rule: RuleName): Promise<readonly string[]> {
    return (await this.open(caller, rule)).queued();
  }

  /** @throws CachedImageNotFound for an unknown image, ImageNotCacheable */
  async queue(imageId: string, caller: Caller, rule: RuleName): Promise<void> {
    const image = await this.find(imageId);
    if (image === null || !this.images.isVisible(image, caller)) throw notFound(imageId);
    const cache = await this.openFor(image, caller, rule);
    if (image.status !== 'active')
      throw new ImageNotCacheable(`Image ${imageId} is not active. It cannot be cached.`, { status: image.status });
    await cache.queue(imageId);
  }

  /** Also what is cached of an image that is gone can be removed. @throws CachedImageNotFound */
  async remove(imageId: string, from: ClearTarget, caller: Caller, rule: RuleName): Promise<void> {
    const image = await this.find(imageId);
    const isVisible = image !== null && this.images.isVisible(image, caller);
    const cache = isVisible ? await this.openFor(image, caller, rule) : await this.open(caller, rule);
    if (image !== null && !isVisible) throw notFound(imageId);
    const wasQueued = from !== 'cache' && (await cache.dequeue(imageId));
    const wasCached = from !== 'queue' && (await cache.evict(imageId));
    if (image === null && !wasQueued && !wasCached) throw notFound(imageId);
  }

  /** @returns how many were removed */
  async clear(target: ClearTarget, caller: Caller, rule: RuleName): Promise<number> {
    const cache = await this.open(caller, rule);
    const [queued, cached] = [
      target === 'cache' ? [] : await cache.queued(),
      target === 'queue' ? [] : await cache.list(),
    ];
    let removed = 0;
    for (const imageId of queued) if (await cache.dequeue(imageId)) removed += 1;
    for (const { imageId } of cached) if (await cache.evict(imageId)) removed += 1;
    return removed;
  }

  async clean(caller: Caller): Promise<void> {
    await (await this.open(caller, 'cache_clean')).clean();
  }

  async prune(caller: Caller): Promise<Pruned> {
    return (await this.open(caller, 'cache_prune')).prune();
  }

  /** @throws CachedImageNotFound, CacheNodesUnknown */
  async nodesWith(imageId: string, caller: Caller): Promise<readonly string[]> {
    const image = await this.find(imageId);
    if (image === null || !this.images.isVisible(image, caller)) throw notFound(imageId);
    return (await this.openFor(image, caller, 'list_cached_nodes')).nodesWith(imageId);
  }

  private async find(imageId: string): Promise<ImageDetails | null> {
    const image = await this.readModel.find(imageId);
    return image?.status === 'pending_delete' ? null : image;
  }

  private async open(caller: Caller, rule: RuleName): Promise<ImageCache> {
    await this.policy.requireGeneral(rule, caller);
    return this.mustHaveCache();
  }

  private async openFor(image: ImageDetails, caller: Caller, rule: RuleName): Promise<ImageCache> {
    await this.images.require(rule, image, caller);
    return this.mustHaveCache();
  }

  private mustHaveCache(): ImageCache {
    if (this.cache === null) throw new CachingDisabled('Caching via API is not supported at this site.');
    return this.cache;
  }
}

const notFound = (imageId: string): CachedImageNotFound =>
  new CachedImageNotFound(`Image ${imageId} not found.`, { imageId });
