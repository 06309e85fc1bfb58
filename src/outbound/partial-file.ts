import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { writing } from '../stores/filesystem/storage-error.js';
import { freeChunk } from '../stores/ingest/free-chunk.js';
import { readRecord, removeRecord, writeRecord, type DownloadRecord } from './download-record.js';

/** Written at once: fewer and larger writes are faster. */
const WRITE_BYTES = 1024 * 1024;
/** What a machine that crashes may have to fetch again. */
const CHECKPOINT_MS = 1000;

/** A file that is being downloaded. What is safely on the disk is recorded beside it, for whoever goes on with it. */
export class PartialFile {
  private readonly waiting = Buffer.allocUnsafeSlow(WRITE_BYTES);
  private waitingBytes = 0;
  private writtenBytes: number;
  private checkpointAt = performance.now() + CHECKPOINT_MS;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private record: DownloadRecord,
  ) {
    this.writtenBytes = record.safeBytes;
  }

  /**
   * Goes on with what is there if it comes from the same source, else begins with nothing.
   * @throws StoreFull, StoreDenied, StoreUnavailable, as all methods
   */
  static async open(path: string, source: string): Promise<PartialFile> {
    const handle = await writing(open(path, constants.O_RDWR | constants.O_CREAT, 0o600));
    try {
      const { size } = await writing(handle.stat());
      const record = await readRecord(path);
      const kept = record?.source === source && holds(record, size) ? record : emptyRecord(source);
      await writing(handle.truncate(kept.safeBytes));
      return new PartialFile(path, handle, kept);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get sizeBytes(): number {
    return this.writtenBytes + this.waitingBytes;
  }

  /** What the server had announced. */
  get known(): DownloadRecord {
    return this.record;
  }

  /** Continues behind what is there, or with nothing when the server sends all of it. */
  async begin(fromBytes: number, known: Pick<DownloadRecord, 'validator' | 'totalBytes'>): Promise<void> {
    this.waitingBytes = 0;
    this.writtenBytes = fromBytes;
    await writing(this.handle.truncate(fromBytes));
    await this.note({ ...known, safeBytes: Math.min(fromBytes, this.record.safeBytes) });
  }

  /** The chunk is not the caller's any more: its memory is freed as soon as it has been copied. */
  async append(chunk: Buffer): Promise<void> {
    for (let offset = 0; offset < chunk.length;) {
      const copied = chunk.copy(this.waiting, this.waitingBytes, offset);
      offset += copied;
      this.waitingBytes += copied;
      if (this.waitingBytes === WRITE_BYTES) await this.flush();
    }
    freeChunk(chunk);
    if (performance.now() >= this.checkpointAt) await this.checkpoint({});
  }

  /** Makes all bytes durable, and records that and what else is known now. */
  async checkpoint(news: Partial<Pick<DownloadRecord, 'validator' | 'cutAtBytes' | 'complete'>>): Promise<void> {
    await this.flush();
    await writing(this.handle.datasync());
    await this.note({ ...news, safeBytes: this.writtenBytes });
    this.checkpointAt = performance.now() + CHECKPOINT_MS;
  }

  /** Removes the file and its record. */
  async discard(): Promise<void> {
    await removeRecord(this.path);
    await rm(this.path, { force: true });
  }

  close(): Promise<void> {
    return writing(this.handle.close());
  }

  private async note(news: Partial<DownloadRecord>): Promise<void> {
    this.record = { ...this.record, ...news };
    await writing(writeRecord(this.path, this.record));
  }

  private async flush(): Promise<void> {
    const bytes = this.waitingBytes;
    this.waitingBytes = 0;
    for (let offset = 0; offset < bytes;) {
      const left = bytes - offset;
      const { bytesWritten } = await writing(this.handle.write(this.waiting, offset, left, this.writtenBytes));
      offset += bytesWritten;
      this.writtenBytes += bytesWritten;
    }
  }
}

/** Bytes behind the safe ones were on their way to the disk. A complete file must be as it was left. */
const holds = (record: DownloadRecord, sizeBytes: number): boolean =>
  record.complete ? sizeBytes === record.safeBytes : sizeBytes >= record.safeBytes;

const emptyRecord = (source: string): DownloadRecord => ({
  source,
  validator: null,
  totalBytes: null,
  safeBytes: 0,
  complete: false,
  cutAtBytes: null,
});
