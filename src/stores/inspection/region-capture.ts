import { HeaderBytes } from './header-bytes.js';

/** Copies one part out of data that passes in chunks. */
export class RegionCapture {
  readonly #bytes: Uint8Array;
  #filledBytes = 0;

  constructor(
    private readonly offset: number,
    lengthBytes: number,
  ) {
    this.#bytes = new Uint8Array(lengthBytes);
  }

  get isComplete(): boolean {
    return this.#filledBytes === this.#bytes.byteLength;
  }

  get lengthBytes(): number {
    return this.#bytes.byteLength;
  }

  /** @param chunkOffset where in the data the chunk begins; not after the first byte that is still missing */
  take(chunk: Uint8Array, chunkOffset: number): void {
    const from = this.offset + this.#filledBytes - chunkOffset;
    if (from >= chunk.byteLength) return;
    const part = chunk.subarray(from, from + this.#bytes.byteLength - this.#filledBytes);
    this.#bytes.set(part, this.#filledBytes);
    this.#filledBytes += part.byteLength;
  }

  /** What has been copied so far. */
  captured(): HeaderBytes {
    return new HeaderBytes(this.#bytes.subarray(0, this.#filledBytes), this.offset);
  }
}
