import { hasData } from '../../projections/images/has-data.js';
import type { ImageReadModel } from '../../projections/images/image-details.read-model.js';
import type { ImageCache } from '../../stores/image-cache.js';

/** What a sweep removed: copies of images that are gone, copies that had no room, invalid and stalled ones. */
export type CacheSweep = Readonly<{ orphaned: number; pruned: number; cleaned: number }>;

/** Removes from a cache what nobody wants any more, whichever process deleted the images. */
export async function sweepCache(cache: ImageCache, images: Pick<ImageReadModel, 'find'>): Promise<CacheSweep> {
  let orphaned = 0;
  for (const { imageId } of await cache.list()) {
    if (hasData(await images.find(imageId))) continue;
    if (await cache.evict(imageId)) orphaned += 1;
  }
  const cleaned = await cache.clean();
  const { files: pruned } = await cache.prune();
  return { orphaned, pruned, cleaned };
}
