import { SizeLimitExceeded, SizeMismatch } from '../stores.errors.js';

/** What is known about the size of data before it arrives; null: nothing. */
export type SizeLimits = Readonly<{ maxBytes: number | null; expectedBytes: number | null }>;

/** Counts bytes against the limits. */
export class SizeCounter {
  #sizeBytes = 0;

  constructor(private readonly limits: SizeLimits) {}

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @throws SizeLimitExceeded when the announced size alone is too much */
  start(): void {
    this.#refuseBeyondLimit(this.limits.expectedBytes ?? 0);
  }

  /** @throws SizeLimitExceeded, SizeMismatch */
  add(lengthBytes: number): void {
    this.#sizeBytes += lengthBytes;
    this.#refuseBeyondLimit(this.#sizeBytes);
    const { expectedBytes } = this.limits;
    if (expectedBytes !== null && this.#sizeBytes > expectedBytes) {
      throw new SizeMismatch(`Size exceeds: expected ${expectedBytes} bytes, got more`, { expectedBytes });
    }
  }

  /** @throws SizeMismatch when bytes are missing */
  end(): void {
    const { expectedBytes } = this.limits;
    if (expectedBytes === null || this.#sizeBytes === expectedBytes) return;
    const message = `Size mismatch: expected ${expectedBytes} bytes, got ${this.#sizeBytes} bytes`;
    throw new SizeMismatch(message, { expectedBytes, sizeBytes: this.#sizeBytes });
  }

  #refuseBeyondLimit(sizeBytes: number): void {
    const { maxBytes } = this.limits;
    if (maxBytes !== null && sizeBytes > maxBytes) {
      throw new SizeLimitExceeded(`The data exceeds the maximum of ${maxBytes} bytes`, { maxBytes });
    }
  }
}
