import type { CachedImage } from '../../../stores/image-cache.js';

/** A cached image as clients see it; times are seconds since 1970. Entries that nodes share have two fields more. */
type CachedImageDocument = Readonly<{
  id?: number;
  image_id: string;
  hits: number;
  last_accessed: number;
  last_modified: number;
  size: number;
  checksum?: null;
}>;

export const cachedImageDocument = (image: CachedImage): CachedImageDocument => ({
  ...(image.number !== null && { id: image.number }),
  image_id: image.imageId,
  hits: image.hits,
  last_accessed: image.lastAccessedMs / 1000,
  last_modified: image.lastModifiedMs / 1000,
  size: image.sizeBytes,
  ...(image.number !== null && { checksum: null }),
});
