import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { HashThread } from '../hashing/hash-thread.js';
import { Intake } from './intake.js';
import type { IntakeOptions } from './intake.js';
import { SizeCounter } from './size-limits.js';
import type { SizeLimits } from './size-limits.js';
import { SlotMemoryPool } from './slot-memory-pool.js';

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

type IngestOptions = SizeLimits &
  Readonly<{
    /** Sees all bytes in order before they are stored; what it throws fails the upload. Must copy what it keeps. */
    onChunk?: (chunk: Uint8Array) => void;
  }>;

/**
 * Turns what a client sends into chunks for a store, checks its size and hashes it off the main thread.
 * One pipeline serves all uploads of a process; memory per upload is bounded whatever the size of the data.
 */
export class IngestPipeline {
  readonly #md5 = new HashThread('md5');
  readonly #configured: HashThread;
  readonly #memories = new SlotMemoryPool();

  /** @throws HashAlgorithmUnknown */
  constructor({ hashAlgorithm }: Readonly<{ hashAlgorithm: string }>) {
    this.#configured = new HashThread(hashAlgorithm);
  }

  /**
   * Nothing is read before `data` is iterated. After a failure the source is left paused: the caller drains or destroys it.
   * The chunks of an HTTP request are freed as soon as they have been copied: nobody else may listen to its data.
   *
   * `data` and `digest` fail with SizeLimitExceeded, SizeMismatch, UploadAborted (the source broke off, the signal aborted,
   * the consumer left early), HashingFailed, or what `onChunk` threw.
   */
  ingest(source: Readable, options: IngestOptions, signal: AbortSignal): Ingest {
    const { promise, resolve, reject } = Promise.withResolvers<DataDigest>();
    promise.catch(() => undefined);
    source.on('error', () => undefined); // An error before or after the intake must not end the process.
    const counter = new SizeCounter(options);
    const onEnd = (error: Error | null, [checksum = '', hashValue = '']: readonly string[]): void => {
      if (error !== null) reject(error);
      else resolve({ sizeBytes: counter.sizeBytes, checksum, hashAlgorithm: this.#configured.algorithm, hashValue });
    };
    const ownsChunks = source instanceof IncomingMessage;
    const iterate = once(() => this.#begin({ source, ownsChunks, counter, signal, onChunk: options.onChunk, onEnd }));
    return { data: { [Symbol.asyncIterator]: iterate }, digest: promise };
  }

  /** Fails the uploads in flight and ends the hash threads. */
  async close(): Promise<void> {
    await Promise.all([this.#md5.close(), this.#configured.close()]);
  }

  #begin(upload: Omit<IntakeOptions, 'memory' | 'threads' | 'onMemoryIdle'>): Intake['slots'] {
    const memory = this.#memories.borrow();
    const intake = new Intake({
      ...upload,
      memory,
      threads: [this.#md5, this.#configured],
      onMemoryIdle: () => this.#memories.giveBack(memory),
    });
    intake.start();
    return intake.slots;
  }
}

function once<Result>(action: () => Result): () => Result {
  let done = false;
  return () => {
    if (done) throw new Error('The data of an upload can be read only once');
    done = true;
    return action();
  };
}
