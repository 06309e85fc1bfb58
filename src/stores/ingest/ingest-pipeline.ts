import type { Readable } from 'node:stream';
import { HashThread } from '../hashing/hash-thread.js';
import { Intakes } from './intakes.js';
import type { IngestOptions } from './intakes.js';

/** What is known about data once all of it has passed. Hashes are lower-case hex; `checksum` is MD5. */
export type DataDigest = Readonly<{
  sizeBytes: number;
  checksum: string;
  hashAlgorithm: string;
  hashValue: string;
}>;

/**
 * Data on its way into a store. `data` can be iterated once and throws what `digest` rejects with. A chunk is valid only
 * until the next one is asked for. `digest` settles only if `data` is iterated; its rejection need not be handled.
 */
export type Ingest = Readonly<{ data: AsyncIterable<Uint8Array>; digest: Promise<DataDigest> }>;

/**
 * Turns what a client sends into chunks for a store, checks its size and hashes it off the main thread.
 * One pipeline serves all uploads of a process; memory per upload is bounded whatever the size of the data.
 */
export class IngestPipeline {
  readonly #md5 = new HashThread('md5');
  readonly #configured: HashThread;
  readonly #intakes: Intakes;

  /** @throws HashAlgorithmUnknown */
  constructor({ hashAlgorithm }: Readonly<{ hashAlgorithm: string }>) {
    this.#configured = new HashThread(hashAlgorithm);
    this.#intakes = new Intakes([this.#md5, this.#configured]);
  }

  /** Begins an intake, see there: `data` and `digest` fail as its `data` and `passed` do. */
  ingest(source: Readable, options: IngestOptions, signal: AbortSignal): Ingest {
    const { data, passed } = this.#intakes.open(source, options, signal);
    const digest = passed.then(({ sizeBytes, digests: [checksum = '', hashValue = ''] }) => ({
      sizeBytes,
      checksum,
      hashAlgorithm: this.#configured.algorithm,
      hashValue,
    }));
    digest.catch(() => undefined);
    return { data, digest };
  }

  /** Fails the uploads in flight and ends the hash threads. */
  async close(): Promise<void> {
    await Promise.all([this.#md5.close(), this.#configured.close()]);
  }
}
