import { rm, stat } from 'node:fs/promises';
import { DomainError } from '../kernel/domain-error.js';
import { DecompressionFailed } from './conversion.errors.js';
import { withFile, workFileFailure } from './work-file.js';
import { BoundedOutput } from './decompression/bounded-output.js';
import type { DecompressionLimits } from './decompression/bounded-output.js';
import type { CompressedFile, Decoder } from './decompression/compressed-file.js';
import { decodedInThread } from './decompression/decoding-thread.js';
import { detectCompression } from './decompression/detect-compression.js';
import type { Compression } from './decompression/detect-compression.js';
import { gzipData } from './decompression/gzip.js';
import { zipData } from './decompression/zip.js';
import { zstdData } from './decompression/zstd.js';

type Decompression = Readonly<{
  from: string;
  /** Written anew when it exists; gone after a failure. */
  to: string;
  limits: DecompressionLimits;
  signal: AbortSignal;
  /** Told the bytes that have come out so far. */
  onProgress?: (bytesDone: number) => void;
}>;

/** What came out of a compressed file, and how it was compressed. */
export type DecompressedFile = Readonly<{ sizeBytes: number; compression: Compression }>;

const DECODERS: Readonly<Record<Exclude<Compression, 'lha'>, Decoder>> = {
  gzip: gzipData,
  bzip2: decodedInThread('bzip2'),
  xz: decodedInThread('xz'),
  zstd: zstdData,
  zip: zipData,
};

/**
 * Decompresses a file in bounded memory; the new file is durable.
 * @returns null for a file that is not compressed, of which nothing is made
 * @throws DecompressionFailed, ConversionUnavailable; the signal's reason
 */
export async function decompressFile(decompression: Decompression): Promise<DecompressedFile | null> {
  const { from, to, signal } = decompression;
  signal.throwIfAborted();
  const compression = await detectCompression(from);
  if (compression === null) return null;
  if (compression === 'lha') throw new DecompressionFailed('LHA archives are not supported', { compression });
  try {
    const { size } = await stat(from);
    const sizeBytes = await writeDecoded(decompression, DECODERS[compression], { path: from, sizeBytes: size });
    return { sizeBytes, compression };
  } catch (error) {
    await rm(to, { force: true });
    signal.throwIfAborted();
    throw decodingFailure(error, compression);
  }
}

function writeDecoded(
  { to, limits, signal, onProgress }: Decompression,
  decode: Decoder,
  file: CompressedFile,
): Promise<number> {
  return withFile(to, 'w', async (handle) => {
    const output = new BoundedOutput(handle, limits, file.sizeBytes);
    for await (const piece of decode(file, signal)) {
      await output.append(piece);
      onProgress?.(output.sizeBytes);
    }
    await output.finish();
    return output.sizeBytes;
  });
}

function decodingFailure(error: unknown, compression: Compression): unknown {
  const failure = workFileFailure(error);
  if (failure instanceof DomainError) return failure;
  const message = `The ${compression} data is damaged, incomplete, or compressed in a way that is not supported`;
  return new DecompressionFailed(message, { compression }, { cause: error });
}
