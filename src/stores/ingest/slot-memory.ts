/** The part of the WebAssembly API that is used here; neither the es nor the node types declare it. */
declare const WebAssembly: {
  Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => {
    readonly buffer: SharedArrayBuffer;
  };
};

const WASM_PAGE_BYTES = 64 * 1024;

export const SLOT_BYTES = 1024 * 1024;
export const SLOT_COUNT = 8;

/**
 * The buffers of one upload: page-aligned (direct I/O needs that), shared with the hash threads, counted by holder.
 * WebAssembly memory is the one shared memory in Node whose alignment is known. Untouched pages cost nothing.
 */
export class SlotMemory {
  readonly buffer = allocate();
  readonly #holders = new Uint8Array(SLOT_COUNT);
  #onFree: () => void = () => undefined;

  /** @param allowedSlots how many of the slots may be used at present, at least one */
  constructor(private readonly allowedSlots: () => number = () => SLOT_COUNT) {}

  /** @param listener is called whenever a slot has become free */
  onFree(listener: () => void): void {
    this.#onFree = listener;
  }

  /** Takes the lowest free slot, so that small data touches few pages. @returns null when none is free or allowed */
  take(): number | null {
    const slot = this.#holders.indexOf(0);
    if (slot < 0 || slot >= this.allowedSlots()) return null;
    this.#holders[slot] = 1;
    return slot;
  }

  /** Adds holders to a taken slot. */
  share(slot: number, holders: number): void {
    this.#holders[slot] = this.#holdersOf(slot) + holders;
  }

  /** Gives up one hold; the last one frees the slot. */
  release(slot: number): void {
    const holders = this.#holdersOf(slot) - 1;
    this.#holders[slot] = holders;
    if (holders === 0) this.#onFree();
  }

  get isIdle(): boolean {
    return this.#holders.every((holders) => holders === 0);
  }

  view(slot: number, lengthBytes: number): Uint8Array {
    return new Uint8Array(this.buffer, slot * SLOT_BYTES, lengthBytes);
  }

  #holdersOf(slot: number): number {
    const holders = this.#holders[slot] ?? 0;
    if (holders === 0) throw new Error(`Slot ${slot} is not taken`);
    return holders;
  }
}

function allocate(): SharedArrayBuffer {
  const pages = (SLOT_BYTES * SLOT_COUNT) / WASM_PAGE_BYTES;
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
}
