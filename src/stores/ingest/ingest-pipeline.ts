import type { Readable } from 'node:stream';
import { VERIFIED } from '../hashing/hash-protocol.js';
import type { DataSignature } from '../hashing/hash-protocol.js';
import { HashThread } from '../hashing/hash-thread.js';
import type { Hasher } from '../hashing/hash-thread.js';
import { SignatureMismatch } from '../stores.errors.js';
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

/** `signature` is verified over all data. */
type PipelineOptions = IngestOptions & Readonly<{ signature?: DataSignature | null }>;

/**
 * Turns what a client sends into chunks for a store, checks its size and hashes it off the main thread.
 * One pipeline serves all uploads of a process; memory per upload is bounded whatever the size of the data.
 */
export class IngestPipeline {
  readonly #md5 = new HashThread('md5');
  readonly #configured: HashThread;
  readonly #signatures = new HashThread('sha512');
  readonly #intakes: Intakes;

  /** @throws HashAlgorithmUnknown */
  constructor({ hashAlgorithm }: Readonly<{ hashAlgorithm: string }>) {
    this.#configured = new HashThread(hashAlgorithm);
    this.#intakes = new Intakes([this.#md5, this.#configured]);
  }

  /**
   * Begins an intake, see there: `data` and `digest` fail as its `data` and `passed` do. Data that is not what was signed ends
   * as all data does, but its `digest` fails with SignatureMismatch.
   */
  ingest(source: Readable, options: PipelineOptions, signal: AbortSignal): Ingest {
    const { signature = null } = options;
    const { data, passed } = this.#intakes.open(source, options, signal, this.#verifying(signature));
    const digest = passed.then(({ sizeBytes, digests: [checksum = '', hashValue = '', verdict] }) => {
      if (signature !== null && verdict !== VERIFIED)
        throw new SignatureMismatch('Signature verification failed: the data is not what was signed');
      return { sizeBytes, checksum, hashAlgorithm: this.#configured.algorithm, hashValue };
    });
    digest.catch(() => undefined);
    return { data, digest };
  }

  /** Fails the uploads in flight and ends the hash threads. */
  async close(): Promise<void> {
    await Promise.all([this.#md5.close(), this.#configured.close(), this.#signatures.close()]);
  }

  #verifying(signature: DataSignature | null): readonly Hasher[] {
    if (signature === null) return [];
    return [{ open: (memory, onHashed) => this.#signatures.open(memory, onHashed, signature) }];
  }
}
