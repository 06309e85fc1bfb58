import { Inject, Injectable } from '@nestjs/common';
import { ActionForbidden } from '../../../auth/auth.errors.js';
import type { Caller } from '../../../auth/caller.js';
import type { ImageLocation } from '../../../events/contracts/image-events.js';
import { DomainError } from '../../../kernel/domain-error.js';
import { cacheableImage } from '../../../stores/cacheable-image.js';
import { findStoreHolding } from '../../../stores/configured-stores.js';
import type { CacheableImage } from '../../../stores/image-cache.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ByteRange, ImageStores, StoredBytes } from '../../../stores/image-store.js';
import { StoredDataMissing } from '../../../stores/stores.errors.js';
import { preferredFirst } from './heaviest-first.js';
import { ImageQueries } from './image.queries.js';

/** An image whose data a caller may read; `locations` has the best store first and is empty when there is no data. */
export type ReadableImage = Readonly<{
  owner: string | null;
  locations: readonly ImageLocation[];
  sizeBytes: number;
  checksum: string | null;
  /** What the image cache is asked with; null: it is not to be asked, as for deactivated images. */
  cacheable: CacheableImage | null;
}>;

/** Opens the data of an image for a caller. */
@Injectable()
export class OpenImageDataQuery {
  constructor(
    private readonly images: ImageQueries,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /**
   * @param preferred ids of stores that are read from before all others, the first one first
   * @throws ImageNotFound, ActionForbidden, also for a deactivated image unless an administrator asks
   */
  async find(imageId: string, caller: Caller, preferred: readonly string[] = []): Promise<ReadableImage> {
    const image = await this.images.find(imageId, caller, 'download_image');
    if (preferred.length > 0) await this.images.require('download_from_store', image, caller);
    if (image.status === 'deactivated' && !caller.isAdmin) {
      throw new ActionForbidden('The requested image has been deactivated. Image data download is forbidden.', {
        imageId,
      });
    }
    const locations = image.status === 'queued' ? [] : preferredFirst(this.stores, image.locations, preferred);
    const cacheable = image.status === 'active' && locations.length > 0 ? cacheableImage(image) : null;
    return { owner: image.owner, locations, sizeBytes: image.sizeBytes ?? 0, checksum: image.checksum, cacheable };
  }

  /**
   * Opens the first location that can be read.
   * @returns null when no store has the bytes any more
   * @throws StoreUnavailable, StoreDenied, StoreOperationUnsupported: what kept the last of them from being read
   */
  async open(image: ReadableImage, range: ByteRange | null): Promise<StoredBytes | null> {
    let failure: DomainError | null = null;
    for (const location of image.locations) {
      try {
        return await findStoreHolding(this.stores, location).driver.get(location.url, range ?? undefined);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (!(error instanceof StoredDataMissing)) failure = error;
      }
    }
    if (failure !== null) throw failure;
    return null;
  }
}
