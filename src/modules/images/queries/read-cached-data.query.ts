import { Inject, Injectable } from '@nestjs/common';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { IMAGE_CACHE } from '../../../stores/image-cache.js';
import type { ImageCache, OpenOrigin } from '../../../stores/image-cache.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ByteRange, ImageStores, StoredBytes } from '../../../stores/image-store.js';
import { OpenImageDataQuery } from './open-image-data.query.js';
import type { ReadableImage } from './open-image-data.query.js';

/** Stores whose data are as near as a copy would be. */
const NEAR_TYPES: ReadonlySet<string> = new Set(['file', 'memory']);

/** Opens the data of an image, which the caller may read, from the cache of this machine or from where they are. */
@Injectable()
export class ReadCachedDataQuery {
  constructor(
    private readonly data: OpenImageDataQuery,
    @Inject(IMAGE_CACHE) private readonly cache: ImageCache | null,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'cache'>,
  ) {}

  /**
   * @returns null when no store has the bytes any more
   * @throws StoreUnavailable, StoreOperationUnsupported
   */
  async open(image: ReadableImage, range: ByteRange | null): Promise<StoredBytes | null> {
    const origin: OpenOrigin = (wanted) => this.data.open(image, wanted);
    if (this.cache === null || image.cacheable === null || !this.config.cache?.downloads) return origin(range);
    const cached = await this.cache.read(image.cacheable, range);
    if (cached !== null) return cached;
    const copies = range === null && this.isFarAway(image);
    return copies ? this.cache.readThrough(image.cacheable, origin) : origin(range);
  }

  private isFarAway({ locations }: ReadableImage): boolean {
    const [first] = locations;
    if (first === undefined) return false;
    if (this.config.cache?.stores === 'all') return true;
    return !NEAR_TYPES.has(this.stores.get(first.store)?.type ?? '');
  }
}
