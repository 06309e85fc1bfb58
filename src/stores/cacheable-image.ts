import type { CacheableImage } from './image-cache.js';

type HashedImage = Readonly<{
  id: string;
  sizeBytes: number | null;
  checksum: string | null;
  hashAlgorithm: string | null;
  hashValue: string | null;
}>;

/** What a cache has to know of an image: its better hash, where it has two. */
export const cacheableImage = ({ id, sizeBytes, checksum, hashAlgorithm, hashValue }: HashedImage): CacheableImage => ({
  id,
  sizeBytes: sizeBytes ?? 0,
  digest: bestDigest(hashAlgorithm, hashValue) ?? (checksum === null ? null : { algorithm: 'md5', hex: checksum }),
});

const bestDigest = (algorithm: string | null, hex: string | null): CacheableImage['digest'] =>
  algorithm === null || hex === null ? null : { algorithm, hex };
