import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants as os } from 'node:os';
import { errnoOf, writing } from './storage-error.js';

const BLOCK_BYTES = 4096;
/** Below this, direct I/O costs more than it saves. */
const MIN_DIRECT_BYTES = 256 * 1024;

/** What is looked at to find out whether it may be a hole. */
const HOLE_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(HOLE_BYTES);

/** How a file is written. */
export type DataFileOptions = Readonly<{
  /** Bypass the page cache where the file system can. */
  directIo: boolean;
  /** Leave holes where there are only zeros. */
  thin?: boolean;
  /** Mode of the file when it is complete; null: as it was made. */
  permissions?: number | null;
}>;

/**
 * A file that is written once, from start to end. Large aligned chunks bypass the page cache if that is wanted and the
 * file system can; what it refuses (an odd length or address, no direct I/O at all) is written the ordinary way.
 */
export class DataFile {
  #sizeBytes = 0;
  #direct: FileHandle | null = null;
  #endsInHole = false;
  private directWanted: boolean;

  private constructor(
    private readonly path: string,
    private readonly buffered: FileHandle,
    private readonly inode: number,
    private readonly options: DataFileOptions,
  ) {
    this.directWanted = options.directIo;
  }

  /** @throws StoreDuplicate, StoreFull, StoreDenied, StoreUnavailable, as all methods */
  static async create(path: string, options: DataFileOptions): Promise<DataFile> {
    const handle = await writing(open(path, 'wx', 0o640));
    const { ino } = await writing(handle.stat());
    return new DataFile(path, handle, ino, options);
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
    if (this.options.thin !== true) {
      await this.#appendBytes(chunk);
      return;
    }
    for (const { bytes, isHole } of partsOf(chunk)) {
      this.#endsInHole = isHole;
      if (isHole) this.#sizeBytes += bytes.byteLength;
      else await this.#appendBytes(bytes);
    }
  }

  /** Resolves when all bytes are durable, and the file is as others shall find it. */
  async sync(): Promise<void> {
    if (this.#endsInHole) await writing(this.buffered.truncate(this.#sizeBytes));
    const { permissions = null } = this.options;
    if (permissions === null) {
      await writing(this.buffered.datasync());
      return;
    }
    await writing(this.buffered.chmod(permissions));
    await writing(this.buffered.sync());
  }

  async close(): Promise<void> {
    await writing(Promise.all([this.#closeDirect(), this.buffered.close()]));
  }

  async #appendBytes(chunk: Uint8Array): Promise<void> {
    const directBytes = await writing(this.#appendDirect(chunk));
    await writing(this.#write(this.buffered, chunk.subarray(directBytes)));
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

/** A chunk in parts as long as possible that are all zeros, or are not. */
function* partsOf(chunk: Uint8Array): Generator<Readonly<{ bytes: Uint8Array; isHole: boolean }>> {
  for (let begin = 0; begin < chunk.byteLength;) {
    const isHole = isZero(chunk.subarray(begin, begin + HOLE_BYTES));
    let end = begin + HOLE_BYTES;
    while (end < chunk.byteLength && isZero(chunk.subarray(end, end + HOLE_BYTES)) === isHole) end += HOLE_BYTES;
    yield { bytes: chunk.subarray(begin, end), isHole };
    begin = end;
  }
}

const isZero = (bytes: Uint8Array): boolean => ZEROS.compare(bytes, 0, bytes.byteLength, 0, bytes.byteLength) === 0;

/** Whether the file system refuses direct I/O, as such or for this chunk. */
function isRefusal(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === os.errno.EINVAL || errno === os.errno.EOPNOTSUPP;
}
