import { withFile } from '../work-file.js';

/** How data is compressed; `lha` is recognised, but cannot be decompressed. */
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'zip' | 'lha';

const HEAD_BYTES = 16;

/** What files begin with, as characters of one byte each. */
const MAGIC: readonly (readonly [Compression, RegExp])[] = [
  ['gzip', /^\x1f\x8b\x08/],
  // The level, then the first block, or the end where there is none.
  ['bzip2', /^BZh[1-9](?:\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90)/],
  ['xz', /^\xfd7zXZ\0/],
  // Parallel compressors put a short frame before the first one, which tells its length.
  ['zstd', /^(?:[\x50-\x5f]\x2a\x4d\x18\x04\0\0\0[^]{4})?\x28\xb5\x2f\xfd/],
  ['zip', /^PK\x03\x04/],
  ['lha', /^[^]{2}-lh.-/],
];

/** @returns null for a file that is not compressed in a way known here. @throws ConversionUnavailable */
export async function detectCompression(path: string): Promise<Compression | null> {
  const head = await withFile(path, 'r', async (handle) => {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  });
  return MAGIC.find(([, magic]) => magic.test(head))?.[0] ?? null;
}
