import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Gunzip, InflateRaw, ZstdDecompress } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;

/** For the decoders: few large pieces. */
export const PIECES = { chunkSize: CHUNK_BYTES } as const;

/** Where in the file the data begins, and where it ends (exclusive). */
type Span = Readonly<{ start: number; end: number }>;

/** What one of zlib's decoders makes of a part of a file. */
export async function* zlibData(
  path: string,
  { start, end }: Span,
  decoder: Gunzip | InflateRaw | ZstdDecompress,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK_BYTES });
  const reading = pipeline(source, decoder).catch(() => undefined); // the decoder fails with the same error
  const pieces: AsyncIterable<Uint8Array> = decoder;
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted();
      yield piece;
    }
  } finally {
    decoder.destroy();
    await reading;
  }
}
