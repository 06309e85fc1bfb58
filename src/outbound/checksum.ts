import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

export const CHECKSUM_ALGORITHMS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** What data should hash to, in hexadecimal digits. */
export type Checksum = Readonly<{ algorithm: ChecksumAlgorithm; value: string }>;

/** Reads the whole file. */
export async function fileMatches(file: string, { algorithm, value }: Checksum, signal: AbortSignal): Promise<boolean> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest('hex') === value.toLowerCase();
}
