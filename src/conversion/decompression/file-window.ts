import type { FileHandle } from 'node:fs/promises';

const WINDOW_BYTES = 64 * 1024;

/** Reads small parts of a file that mostly lie close together. */
export class FileWindow {
  readonly #bytes = new Uint8Array(WINDOW_BYTES);
  #view = new DataView(this.#bytes.buffer, 0, 0);
  #offset = 0;

  constructor(
    private readonly handle: FileHandle,
    private readonly signal: AbortSignal,
  ) {}

  /** @throws RangeError when the file ends before that part does; the signal's reason */
  async read(offset: number, lengthBytes: number): Promise<DataView> {
    const at = offset - this.#offset;
    if (at < 0 || at + lengthBytes > this.#view.byteLength) await this.#load(offset);
    return new DataView(this.#bytes.buffer, offset - this.#offset, this.#within(offset, lengthBytes));
  }

  #within(offset: number, lengthBytes: number): number {
    const available = this.#view.byteLength - (offset - this.#offset);
    if (available < lengthBytes) throw new RangeError('The file ends too early');
    return lengthBytes;
  }

  async #load(offset: number): Promise<void> {
    this.signal.throwIfAborted();
    const { bytesRead } = await this.handle.read(this.#bytes, 0, WINDOW_BYTES, offset);
    this.#view = new DataView(this.#bytes.buffer, 0, bytesRead);
    this.#offset = offset;
  }
}
