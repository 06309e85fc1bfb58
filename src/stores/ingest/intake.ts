import type { Readable } from 'node:stream';
import type { HashJob } from '../hashing/hash-job.js';
import type { Hasher } from '../hashing/hash-thread.js';
import { abortReason } from '../abort-reason.js';
import { FilledSlots } from './filled-slots.js';
import { freeChunk } from './free-chunk.js';
import type { SizeCounter } from './size-limits.js';
import { SLOT_BYTES } from './slot-memory.js';
import type { SlotMemory } from './slot-memory.js';

export type IntakeOptions = Readonly<{
  source: Readable;
  /** Nobody else holds the source's chunks: each is freed when it has been copied. */
  ownsChunks: boolean;
  memory: SlotMemory;
  threads: readonly Hasher[];
  counter: SizeCounter;
  signal: AbortSignal;
  onChunk: ((chunk: Uint8Array) => void) | undefined;
  /** Gets the digests in the order of `threads`, or why there are none; called once. */
  onEnd: (error: Error | null, digests: readonly string[]) => void;
  /** Called once, when nobody touches the memory any more. */
  onMemoryIdle: () => void;
}>;

/**
 * One upload on its way: copies what the source sends into slots, gives each full slot to the consumer and to the hash
 * threads, and pauses the source while there is no free slot.
 */
export class Intake {
  readonly slots: FilledSlots;
  readonly #jobs: HashJob[] = [];
  #filling: { slot: number; lengthBytes: number } | null = null;
  /** What has come last, and how much of it has been copied. */
  #arrived: { chunk: Uint8Array; copiedBytes: number } | null = null;
  #sourceEnded = false;
  #over = false;

  constructor(private readonly options: IntakeOptions) {
    this.slots = new FilledSlots(options.memory, () => this.#fail(abortReason('not consumed to the end')));
    options.memory.onFree(() => this.#slotFreed());
  }

  start(): void {
    const { source, signal, memory, threads, counter } = this.options;
    try {
      if (signal.aborted) throw abortReason(signal.reason);
      if (source.destroyed || source.readableEnded) throw abortReason(source.errored ?? 'the source was over');
      counter.start();
      for (const thread of threads) this.#openJob(thread, memory);
    } catch (error) {
      this.#fail(error);
      return;
    }
    signal.addEventListener('abort', this.#onAbort);
    source.on('error', this.#onError).on('close', this.#onClose).on('end', this.#onEnd).on('data', this.#onData);
    source.resume();
  }

  #openJob(thread: Hasher, memory: SlotMemory): void {
    const job = thread.open(memory.buffer, (slot) => memory.release(slot));
    this.#jobs.push(job);
    job.digest.catch((error: unknown) => this.#fail(error));
  }

  readonly #onAbort = (): void => this.#fail(abortReason(this.options.signal.reason));
  readonly #onError = (error: Error): void => this.#fail(abortReason(error));
  readonly #onClose = (): void => {
    if (!this.#sourceEnded) this.#fail(abortReason('closed before the end'));
  };

  readonly #onData = (chunk: Uint8Array): void => {
    try {
      this.options.counter.add(chunk.byteLength);
      this.options.onChunk?.(chunk);
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#over) return; // The observer may have aborted.
    this.#arrived = { chunk, copiedBytes: 0 };
    this.#absorb();
  };

  // A paused stream still ends when its last chunk has been handed out, so the rest of that chunk may come after the end.
  readonly #onEnd = (): void => {
    this.#sourceEnded = true;
    if (this.#arrived === null) this.#finish();
  };

  #absorb(): void {
    const { source, ownsChunks } = this.options;
    while (this.#arrived !== null) {
      this.#filling ??= this.#nextSlot();
      if (this.#filling === null) {
        source.pause();
        return;
      }
      this.#copy(this.#arrived, this.#filling);
      if (this.#filling.lengthBytes === SLOT_BYTES) this.#seal(this.#filling);
      if (this.#arrived.copiedBytes < this.#arrived.chunk.byteLength) continue;
      if (ownsChunks) freeChunk(this.#arrived.chunk);
      this.#arrived = null;
    }
    if (this.#sourceEnded) this.#finish();
    else if (source.isPaused()) source.resume();
  }

  #nextSlot(): { slot: number; lengthBytes: number } | null {
    const slot = this.options.memory.take();
    return slot === null ? null : { slot, lengthBytes: 0 };
  }

  #copy(arrived: { chunk: Uint8Array; copiedBytes: number }, filling: { slot: number; lengthBytes: number }): void {
    const { chunk, copiedBytes } = arrived;
    const part = chunk.subarray(copiedBytes, copiedBytes + SLOT_BYTES - filling.lengthBytes);
    const end = filling.lengthBytes + part.byteLength;
    this.options.memory.view(filling.slot, end).set(part, filling.lengthBytes);
    filling.lengthBytes = end;
    arrived.copiedBytes += part.byteLength;
  }

  #seal({ slot, lengthBytes }: { slot: number; lengthBytes: number }): void {
    this.#filling = null;
    this.options.memory.share(slot, this.#jobs.length);
    for (const job of this.#jobs) job.update(slot, slot * SLOT_BYTES, lengthBytes);
    this.slots.push({ slot, lengthBytes });
  }

  #slotFreed(): void {
    if (!this.#over) {
      if (this.#arrived !== null) this.#absorb();
    } else if (this.options.memory.isIdle) this.options.onMemoryIdle();
  }

  #finish(): void {
    try {
      this.options.counter.end();
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (this.#filling !== null) this.#seal(this.#filling);
    for (const job of this.#jobs) job.finish();
    // The consumer reaches the end only with the digests: a store must not commit what could not be hashed.
    void Promise.all(this.#jobs.map(({ digest }) => digest)).then(
      (digests) => this.#end(null, digests),
      () => undefined,
    );
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    for (const job of this.#jobs) job.drop();
    this.#arrived = null;
    this.options.source.pause();
    this.#end(error instanceof Error ? error : abortReason(error), []);
  }

  #end(error: Error | null, digests: readonly string[]): void {
    if (this.#over) return;
    const { source, signal, memory, onEnd, onMemoryIdle } = this.options;
    signal.removeEventListener('abort', this.#onAbort);
    source.off('error', this.#onError).off('close', this.#onClose).off('end', this.#onEnd).off('data', this.#onData);
    const filling = this.#filling;
    this.#filling = null;
    if (filling !== null) memory.release(filling.slot);
    this.slots.end(error);
    onEnd(error, digests);
    this.#over = true;
    if (memory.isIdle) onMemoryIdle();
  }
}
