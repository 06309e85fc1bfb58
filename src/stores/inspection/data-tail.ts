import { HeaderBytes } from './header-bytes.js';

/** Remembers the last bytes of data that passes in chunks, and counts all of them. */
export class DataTail {
  readonly #bytes: Uint8Array;
  #keptBytes = 0;
  #sizeBytes = 0;

  constructor(private readonly capacityBytes: number) {
    this.#bytes = new Uint8Array(capacityBytes);
  }

  /** Of all that has passed. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  take(chunk: Uint8Array): void {
    const fresh = chunk.byteLength > this.capacityBytes ? chunk.subarray(-this.capacityBytes) : chunk;
    const staying = Math.min(this.#keptBytes, this.capacityBytes - fresh.byteLength);
    this.#bytes.copyWithin(0, this.#keptBytes - staying, this.#keptBytes);
    this.#bytes.set(fresh, staying);
    this.#keptBytes = staying + fresh.byteLength;
    this.#sizeBytes += chunk.byteLength;
  }

  last(lengthBytes: number): HeaderBytes {
    const length = Math.min(lengthBytes, this.#keptBytes);
    const bytes = this.#bytes.slice(this.#keptBytes - length, this.#keptBytes);
    return new HeaderBytes(bytes, this.#sizeBytes - length);
  }
}
