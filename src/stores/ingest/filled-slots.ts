import type { SlotMemory } from './slot-memory.js';

type FilledSlot = Readonly<{ slot: number; lengthBytes: number }>;

/**
 * The consumer's end of an upload: filled slots in order. The slot that was handed out last is lent until the consumer
 * asks for the next one or leaves.
 */
export class FilledSlots implements AsyncIterator<Uint8Array, undefined> {
  readonly #ready: FilledSlot[] = [];
  #lent: FilledSlot | null = null;
  #end: Readonly<{ error: Error | null }> | null = null;
  #wake: () => void = () => undefined;

  /** @param onLeave is called when the consumer stops before the end */
  constructor(
    private readonly memory: SlotMemory,
    private readonly onLeave: () => void,
  ) {}

  push(filled: FilledSlot): void {
    this.#ready.push(filled);
    this.#wake();
  }

  /** No more slots will come. With an error, those that wait are dropped and the consumer gets the error. */
  end(error: Error | null = null): void {
    this.#end ??= { error };
    if (error !== null) this.#dropReady();
    this.#wake();
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#takeBack();
    if (this.#ready.length === 0 && this.#end === null) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const filled = this.#ready.shift();
    if (filled !== undefined) return { done: false, value: this.#lend(filled) };
    if (this.#end?.error) throw this.#end.error;
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.onLeave();
    this.#takeBack();
    this.#dropReady();
    return Promise.resolve({ done: true, value: undefined });
  }

  #dropReady(): void {
    for (const { slot } of this.#ready.splice(0)) this.memory.release(slot);
  }

  #lend(filled: FilledSlot): Uint8Array {
    this.#lent = filled;
    return this.memory.view(filled.slot, filled.lengthBytes);
  }

  #takeBack(): void {
    const lent = this.#lent;
    this.#lent = null;
    if (lent !== null) this.memory.release(lent.slot);
  }
}
