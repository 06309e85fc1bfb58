import { FormatInspector } from '../../src/stores/inspection/format-inspector.js';
import type { Inspection } from '../../src/stores/inspection/inspection.js';

const LARGE_CHUNK_BYTES = 256 * 1024;

/**
 * Inspects data that comes in chunks of the given sizes, then in large ones. Each chunk is overwritten as soon as it was
 * observed, as its owner may do.
 */
export function inspectData(data: Uint8Array, chunkSizes: readonly number[] = []): Inspection {
  const inspector = new FormatInspector();
  for (const chunk of chunksOf(data, chunkSizes)) {
    inspector.observe(chunk);
    chunk.fill(0xa5);
  }
  return inspector.conclude();
}

/** Most bytes that an inspector keeps of the data at any time. */
export function mostKeptBytes(data: Uint8Array, chunkSizes: readonly number[] = []): number {
  const inspector = new FormatInspector();
  let most = 0;
  for (const chunk of chunksOf(data, chunkSizes)) {
    inspector.observe(chunk);
    most = Math.max(most, inspector.keptBytes);
  }
  return most;
}

function* chunksOf(data: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let offset = 0;
  for (let index = 0; offset < data.byteLength; index += 1) {
    const end = offset + (sizes[index] ?? LARGE_CHUNK_BYTES);
    yield new Uint8Array(data.subarray(offset, end));
    offset = end;
  }
}
