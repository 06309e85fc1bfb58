import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants as os } from 'node:os';
import { errnoOf, writing } from './storage-error.js';

const BLOCK_BYTES = 4096;
/** Below this, direct I/O costs more than it saves. */
const MIN_DIRECT_BYTES = 256 * 1024;

/**
 * A file that is written once, from start to end. Large aligned chunks bypass the page cache if that is wanted and the
 * file system can; what it refuses (an odd length or address, no direct I/O at all) is written the ordinary way.
 */
export class DataFile {
  #sizeBytes = 0;
  #direct: FileHandle | null = null;

  private constructor(
    private readonly path: string,
    private readonly buffered: FileHandle,
    private readonly inode: number,
    private directWanted: boolean,
  ) {}

  /** @throws StoreDuplicate, StoreFull, StoreDenied, StoreUnavailable, as all methods */
  static async create(path: string, directIo: boolean): Promise<DataFile> {
    const handle = await writing(open(path, 'wx', 0o640));
    const { ino } = await writing(handle.stat());
    return new DataFile(path, handle, ino, directIo);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Whether this file still stands under its name: whoever took the writer for dead may have written another one there. */
  async isInPlace(): Promise<boolean> {
    const found = await lstat(this.path).catch(() => null);
    return found?.ino === this.inode;
  }

  /** The chunk may be reused once this resolves. */
  async append(chunk: Uint8Array): Promise<void> {
    const directBytes = await writing(this.#appendDirect(chunk));
    await writing(this.#write(this.buffered, chunk.subarray(directBytes)));
  }

  /** Resolves when all bytes are durable. */
  async sync(): Promise<void> {
    await writing(this.buffered.datasync());
  }

  async close(): Promise<void> {
    await writing(Promise.all([this.#closeDirect(), this.buffered.close()]));
  }

  /** @returns how many bytes of the chunk have been written */
  async #appendDirect(chunk: Uint8Array): Promise<number> {
    const lengthBytes = chunk.byteLength - (chunk.byteLength % BLOCK_BYTES);
    if (!this.directWanted || lengthBytes < MIN_DIRECT_BYTES || this.#sizeBytes % BLOCK_BYTES !== 0) return 0;
    const before = this.#sizeBytes;
    try {
      this.#direct ??= await open(this.path, constants.O_WRONLY | constants.O_DIRECT);
      await this.#write(this.#direct, chunk.subarray(0, lengthBytes));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.directWanted = false;
      await this.#closeDirect();
    }
    return this.#sizeBytes - before;
  }

  async #write(handle: FileHandle, bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.byteLength;) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.byteLength - written, this.#sizeBytes);
      written += bytesWritten;
      this.#sizeBytes += bytesWritten;
    }
  }

  async #closeDirect(): Promise<void> {
    const direct = this.#direct;
    this.#direct = null;
    await direct?.close();
  }
}

/** Whether the file system refuses direct I/O, as such or for this chunk. */
function isRefusal(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === os.errno.EINVAL || errno === os.errno.EOPNOTSUPP;
}
