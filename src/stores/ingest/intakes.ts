import { ReadStream } from 'node:fs';
import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Hasher, HashThread } from '../hashing/hash-thread.js';
import { Intake } from './intake.js';
import type { IntakeOptions } from './intake.js';
import { SizeCounter } from './size-limits.js';
import type { SizeLimits } from './size-limits.js';
import { SlotMemoryPool } from './slot-memory-pool.js';

export type IngestOptions = SizeLimits &
  Readonly<{
    /** Sees all bytes in order before they are stored; what it throws fails the upload. Must copy what it keeps. */
    onChunk?: (chunk: Uint8Array) => void;
  }>;

/** What is known when all data has passed: how many bytes, and their digests in the order of the hash threads. */
type Passed = Readonly<{ sizeBytes: number; digests: readonly string[] }>;

/**
 * Opens intakes that share the memory of one process. Without hash threads data is only counted.
 * Nothing is read before `data` is iterated, which can be done once. After a failure the source is left paused: the caller
 * drains or destroys it. The chunks of an HTTP request or a file are freed as soon as they have been copied: nobody else
 * may listen to its data.
 *
 * Both `data` and `passed` fail with SizeLimitExceeded, SizeMismatch, UploadAborted (the source broke off, the signal
 * aborted, the consumer left early), HashingFailed, or what `onChunk` threw.
 */
export class Intakes {
  readonly #memories = new SlotMemoryPool();

  constructor(private readonly threads: readonly HashThread[]) {}

  /** @param more takes part in the hashing of this data alone; its digests come last */
  open(
    source: Readable,
    options: IngestOptions,
    signal: AbortSignal,
    more: readonly Hasher[] = [],
  ): Readonly<{ data: AsyncIterable<Uint8Array>; passed: Promise<Passed> }> {
    const { promise, resolve, reject } = Promise.withResolvers<Passed>();
    promise.catch(() => undefined);
    source.on('error', () => undefined); // An error before or after the intake must not end the process.
    const counter = new SizeCounter(options);
    const onEnd = (error: Error | null, digests: readonly string[]): void => {
      if (error !== null) reject(error);
      else resolve({ sizeBytes: counter.sizeBytes, digests });
    };
    const ownsChunks = source instanceof IncomingMessage || source instanceof ReadStream;
    const threads = [...this.threads, ...more];
    const { onChunk } = options;
    const iterate = once(() => this.#begin({ source, ownsChunks, threads, counter, signal, onChunk, onEnd }));
    return { data: { [Symbol.asyncIterator]: iterate }, passed: promise };
  }

  #begin(upload: Omit<IntakeOptions, 'memory' | 'onMemoryIdle'>): Intake['slots'] {
    const memory = this.#memories.borrow();
    const intake = new Intake({
      ...upload,
      memory,
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
