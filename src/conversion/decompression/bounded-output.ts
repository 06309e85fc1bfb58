import type { FileHandle } from 'node:fs/promises';
import { DecompressionFailed } from '../conversion.errors.js';

/** How much data may grow. */
export type DecompressionLimits = Readonly<{
  maxBytes: number;
  /** Bytes that may come out for each that goes in; ignored while little has come out. */
  maxRatio: number;
}>;

/** Small files of little entropy are no attack, whatever their ratio. */
const RATIO_COUNTS_FROM_BYTES = 64 * 1024 * 1024;
const ZEROS = new Uint8Array(64 * 1024);

/** A file that is written from start to end, with holes for zeros, and never gets larger than allowed. */
export class BoundedOutput {
  #sizeBytes = 0;

  /** @param compressedBytes what goes in altogether */
  constructor(
    private readonly handle: FileHandle,
    private readonly limits: DecompressionLimits,
    private readonly compressedBytes: number,
  ) {}

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** @throws DecompressionFailed beyond the limits; then nothing of the piece is written */
  async append(piece: Uint8Array): Promise<void> {
    const position = this.#sizeBytes;
    this.#mustFit(position + piece.byteLength);
    if (!isZero(piece)) await this.#write(piece, position);
    this.#sizeBytes = position + piece.byteLength;
  }

  /** Gives the file its size, and makes it durable. */
  async finish(): Promise<void> {
    await this.handle.truncate(this.#sizeBytes);
    await this.handle.sync();
  }

  #mustFit(sizeBytes: number): void {
    const { maxBytes, maxRatio } = this.limits;
    if (sizeBytes > maxBytes) {
      throw new DecompressionFailed(`The decompressed data is larger than ${maxBytes} bytes`, { maxBytes });
    }
    if (sizeBytes > Math.max(RATIO_COUNTS_FROM_BYTES, maxRatio * this.compressedBytes)) {
      throw new DecompressionFailed(`The data is compressed more than ${maxRatio} times`, { maxRatio });
    }
  }

  async #write(piece: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < piece.byteLength;) {
      done += (await this.handle.write(piece, done, piece.byteLength - done, position + done)).bytesWritten;
    }
  }
}

function isZero(piece: Uint8Array): boolean {
  for (let from = 0; from < piece.byteLength; from += ZEROS.byteLength) {
    const part = piece.subarray(from, from + ZEROS.byteLength);
    if (Buffer.compare(part, ZEROS.subarray(0, part.byteLength)) !== 0) return false;
  }
  return true;
}
