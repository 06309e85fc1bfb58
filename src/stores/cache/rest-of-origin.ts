import type { OpenOrigin } from '../image-cache.js';
import type { StoredBytes } from '../image-store.js';
import { StoredDataMissing, StoreOperationUnsupported } from '../stores.errors.js';

/** What of an origin comes behind a position, also of one that can only be read from its start. */
export async function* restOf(origin: OpenOrigin, position: number, sizeBytes: number): StoredBytes {
  let skipBytes = 0;
  let bytes: StoredBytes | null;
  try {
    bytes = await origin(position === 0 ? null : { offset: position, length: sizeBytes - position });
  } catch (error) {
    if (!(error instanceof StoreOperationUnsupported)) throw error;
    skipBytes = position;
    bytes = await origin(null);
  }
  if (bytes === null) throw new StoredDataMissing('The data is not in the image store');
  for await (const chunk of bytes) {
    if (skipBytes < chunk.byteLength) yield chunk.subarray(skipBytes);
    skipBytes = Math.max(0, skipBytes - chunk.byteLength);
  }
}
