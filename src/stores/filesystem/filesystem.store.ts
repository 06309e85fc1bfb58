import { constants } from 'node:fs';
import { access, lstat, mkdir, open, opendir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { DomainError } from '../../kernel/domain-error.js';
import { abortReason } from '../abort-reason.js';
import { abortable } from '../abortable.js';
import type { ByteRange, ImageStore, StoreCapability, StoredBytes, StoredData, StoredObject } from '../image-store.js';
import { isStoreId } from '../store-ids.js';
import {
  StoreAddDisabled,
  StoreDuplicate,
  StoredDataMissing,
  StoreOperationUnsupported,
  StoreUnavailable,
} from '../stores.errors.js';
import { DataFile } from './data-file.js';
import { exists, publish } from './publish.js';
import { readAhead } from './read-ahead.js';
import { shareFile } from './share-file.js';
import { reading, removing, writingFailure } from './storage-error.js';
import { StoreLayout } from './store-layout.js';

type FilesystemStoreOptions = Readonly<{
  dataDir: string;
  /** Bypass the page cache when writing, where the file system can. */
  directIo: boolean;
}>;

/**
 * Keeps each image's bytes in a file of one directory. Bytes on their way stand under a name that no URL can reach; when
 * they are durable the file gets its final name, which never replaces another file.
 */
export class FilesystemImageStore implements ImageStore {
  readonly scheme = 'file';

  private constructor(
    private readonly layout: StoreLayout,
    private readonly directIo: boolean,
    readonly capabilities: ReadonlySet<StoreCapability>,
    /** Why the store cannot be written to; null when it can. */
    readonly writeFailure: DomainError | null,
  ) {}

  /** Creates the directories. A directory that cannot be written to makes a store that only reads. */
  static async open({ dataDir, directIo }: FilesystemStoreOptions): Promise<FilesystemImageStore> {
    const layout = new StoreLayout(dataDir);
    try {
      await mkdir(layout.unfinishedDir, { recursive: true, mode: 0o750 });
      for (const path of [layout.dataDir, layout.unfinishedDir]) await access(path, constants.W_OK | constants.X_OK);
    } catch (error) {
      return new FilesystemImageStore(layout, directIo, new Set(['read_range']), writingFailure(error));
    }
    return new FilesystemImageStore(layout, directIo, new Set(['write', 'delete', 'read_range', 'share']), null);
  }

  owns(url: string): boolean {
    return this.layout.owns(url);
  }

  async put(
    imageId: string,
    uploadId: string,
    data: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    beforeCommit: () => Promise<void> = () => Promise.resolve(),
  ): Promise<StoredData> {
    this.#assertWritable();
    const finalPath = this.layout.imagePath(imageId);
    const unfinishedPath = this.layout.unfinishedPath(imageId, uploadId);
    await assertFree(finalPath);
    const file = await DataFile.create(unfinishedPath, this.directIo);
    try {
      await fill(file, data, signal);
      await beforeCommit();
      if (signal.aborted) throw abortReason(signal.reason);
      if (!(await file.isInPlace())) throw new StoreUnavailable('The data was removed before all of it had come');
      await publish(unfinishedPath, finalPath);
    } catch (error) {
      if (await file.isInPlace()) await removing(unlink(unfinishedPath));
      throw error;
    }
    return { url: this.layout.url(imageId), sizeBytes: file.sizeBytes, metadata: {} };
  }

  async share(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    const path = this.layout.pathOf(url);
    const finalPath = this.layout.imagePath(imageId);
    const unfinishedPath = this.layout.unfinishedPath(imageId, uploadId);
    if (!this.capabilities.has('share')) throw new StoreOperationUnsupported('This image store is read-only');
    await assertFree(finalPath);
    const sizeBytes = await shareFile(path, unfinishedPath, finalPath);
    return { url: this.layout.url(imageId), sizeBytes, metadata: {} };
  }

  imageIdOf(url: string): string | null {
    return this.layout.imageIdOf(url);
  }

  async adopt(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    if (this.layout.imageIdOf(url) !== imageId) return this.share(url, imageId, uploadId);
    return { url: this.layout.url(imageId), sizeBytes: await this.sizeOf(url), metadata: {} };
  }

  /** Nothing depends on a file: images that share its bytes have names of their own for them. */
  mustBeUnused(): Promise<void> {
    return Promise.resolve();
  }

  async get(url: string, range?: ByteRange): Promise<StoredBytes> {
    const { handle, sizeBytes } = await openStored(this.layout.pathOf(url));
    const { offset, length } = range ?? { offset: 0, length: sizeBytes };
    return readAhead(handle, offset, Math.max(0, Math.min(length, sizeBytes - offset)));
  }

  async sizeOf(url: string): Promise<number> {
    const stats = await reading(lstat(this.layout.pathOf(url)));
    if (!stats.isFile()) throw notAFile();
    return stats.size;
  }

  async delete(url: string): Promise<void> {
    const path = this.layout.pathOf(url);
    if (!this.capabilities.has('delete')) throw new StoreOperationUnsupported('This image store is read-only');
    await removing(unlink(path));
  }

  async discardUnfinished(imageId: string, uploadId: string): Promise<void> {
    const finalPath = this.layout.imagePath(imageId);
    const unfinishedPath = this.layout.unfinishedPath(imageId, uploadId);
    // An unfinished file of its own shows that this upload never got as far as the final name.
    if (!(await isAnotherFile(unfinishedPath, finalPath))) await removing(unlink(finalPath));
    await removing(unlink(unfinishedPath));
  }

  async *inventory(): AsyncGenerator<StoredObject> {
    for await (const name of fileNames(this.layout.dataDir)) {
      if (isStoreId(name)) yield { kind: 'image', imageId: name, url: this.layout.url(name) };
    }
    if (!(await exists(this.layout.unfinishedDir))) return; // A directory that was never written to.
    for await (const name of fileNames(this.layout.unfinishedDir)) {
      const ids = this.layout.parseUnfinished(name);
      if (ids !== null) yield { kind: 'unfinished', ...ids };
    }
  }

  #assertWritable(): void {
    if (!this.capabilities.has('write')) throw new StoreAddDisabled('This image store is read-only');
  }
}

async function assertFree(finalPath: string): Promise<void> {
  if (await exists(finalPath)) throw new StoreDuplicate('The image store has data of this image already');
}

async function fill(file: DataFile, data: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  try {
    for await (const chunk of abortable(data, signal)) await file.append(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function openStored(path: string): Promise<{ handle: FileHandle; sizeBytes: number }> {
  const handle = await reading(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  const stats = await handle.stat();
  if (stats.isFile()) return { handle, sizeBytes: stats.size };
  await handle.close();
  throw notAFile();
}

const notAFile = (): StoredDataMissing => new StoredDataMissing('The data is not in the image store');

/** Whether both exist and are different files, not two names of one. */
async function isAnotherFile(path: string, otherPath: string): Promise<boolean> {
  const [one, other] = await Promise.allSettled([lstat(path), lstat(otherPath)]);
  return one.status === 'fulfilled' && other.status === 'fulfilled' && one.value.ino !== other.value.ino;
}

async function* fileNames(path: string): AsyncGenerator<string> {
  for await (const entry of await reading(opendir(path))) if (entry.isFile()) yield entry.name;
}
