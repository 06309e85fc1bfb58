import { constants } from 'node:fs';
import { lstat, open, opendir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { StoreMount } from '../../config/app-config.js';
import type { DomainError } from '../../kernel/domain-error.js';
import { abortReason } from '../abort-reason.js';
import { abortable } from '../abortable.js';
import type { ByteRange, ImageStore, StoreCapability, StoredBytes, StoredData, StoredObject } from '../image-store.js';
import { isStoreId } from '../store-ids.js';
import { StoreDuplicate, StoredDataMissing, StoreOperationUnsupported, StoreUnavailable } from '../stores.errors.js';
import { DataFile } from './data-file.js';
import type { DataFileOptions } from './data-file.js';
import { mountOf } from './mounts.js';
import { exists, publish } from './publish.js';
import { readAhead } from './read-ahead.js';
import { shareFile } from './share-file.js';
import { reading, removing } from './storage-error.js';
import { StoreFolders } from './store-folders.js';
import type { DataDir } from './store-folders.js';
import type { StoreLayout } from './store-layout.js';

type FilesystemStoreOptions = Readonly<{
  dataDirs: readonly DataDir[];
  /** Bypass the page cache when writing, where the file system can. */
  directIo: boolean;
  /** Leave holes where data is only zeros. */
  thin?: boolean;
  /** Mode of the files; null: readable for the service and its group, where the umask lets it. */
  filePermissions?: number | null;
  /** What locations tell of the file system that their data is on. */
  mounts?: readonly StoreMount[];
}>;

/**
 * Keeps each image's bytes in a file of one of its directories. Bytes on their way stand under a name that no URL can reach;
 * when they are durable the file gets its final name, which never replaces another file.
 */
export class FilesystemImageStore implements ImageStore {
  readonly scheme = 'file';
  readonly capabilities: ReadonlySet<StoreCapability>;

  private constructor(
    private readonly folders: StoreFolders,
    private readonly fileOptions: DataFileOptions,
    private readonly mounts: readonly StoreMount[],
  ) {
    this.capabilities = new Set(folders.isWritable ? ['write', 'delete', 'read_range', 'share'] : ['read_range']);
  }

  /** Creates the directories. Without one that can be written to it is a store that only reads. */
  static async open(options: FilesystemStoreOptions): Promise<FilesystemImageStore> {
    const { dataDirs, directIo, thin = false, filePermissions: permissions = null, mounts = [] } = options;
    const folders = await StoreFolders.open(dataDirs, permissions);
    return new FilesystemImageStore(folders, { directIo, thin, permissions }, mounts);
  }

  /** Why the store cannot be written to; null when it can. */
  get writeFailure(): DomainError | null {
    return this.folders.isWritable ? null : (this.folders.failures[0] ?? null);
  }

  /** Why some of its directories cannot be written to. */
  get writeFailures(): readonly DomainError[] {
    return this.folders.failures;
  }

  owns(url: string): boolean {
    return this.folders.find(url) !== null;
  }

  async put(
    imageId: string,
    uploadId: string,
    data: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    beforeCommit: () => Promise<void> = () => Promise.resolve(),
    expectedBytes: number | null = null,
  ): Promise<StoredData> {
    const choose = (): Promise<StoreLayout> => this.folders.choose(expectedBytes);
    return this.folders.within(imageId, choose, async (layout) => {
      const finalPath = layout.imagePath(imageId);
      const unfinishedPath = layout.unfinishedPath(imageId, uploadId);
      await this.#assertFree(imageId);
      const file = await DataFile.create(unfinishedPath, this.fileOptions);
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
      return this.#stored(layout, imageId, file.sizeBytes);
    });
  }

  /** The further name is in the same directory, because names of one file are in one file system. */
  async share(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    const places = this.folders.placesOf(url);
    if (!this.capabilities.has('share')) throw new StoreOperationUnsupported('This image store is read-only');
    const { path, layout: here } = await firstThatExists(places);
    return this.folders.within(
      imageId,
      () => Promise.resolve(here),
      async (layout) => {
        await this.#assertFree(imageId);
        const unfinishedPath = layout.unfinishedPath(imageId, uploadId);
        return this.#stored(layout, imageId, await shareFile(path, unfinishedPath, layout.imagePath(imageId)));
      },
    );
  }

  imageIdOf(url: string): string | null {
    return this.folders.find(url)?.imageIdOf(url) ?? null;
  }

  async adopt(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    if (this.imageIdOf(url) !== imageId) return this.share(url, imageId, uploadId);
    return this.#stored(this.folders.layoutOf(url), imageId, await this.sizeOf(url));
  }

  /** Nothing depends on a file: images that share its bytes have names of their own for them. */
  mustBeUnused(): Promise<void> {
    return Promise.resolve();
  }

  async get(url: string, range?: ByteRange): Promise<StoredBytes> {
    const { handle, sizeBytes } = await this.#whereItIs(url, openStored);
    const { offset, length } = range ?? { offset: 0, length: sizeBytes };
    return readAhead(handle, offset, Math.max(0, Math.min(length, sizeBytes - offset)));
  }

  sizeOf(url: string): Promise<number> {
    return this.#whereItIs(url, async (path) => {
      const stats = await reading(lstat(path));
      if (!stats.isFile()) throw notAFile();
      return stats.size;
    });
  }

  async delete(url: string): Promise<void> {
    const places = this.folders.placesOf(url);
    if (!this.capabilities.has('delete')) throw new StoreOperationUnsupported('This image store is read-only');
    const { path } = await firstThatExists(places);
    await removing(unlink(path));
  }

  async discardUnfinished(imageId: string, uploadId: string): Promise<void> {
    const { layouts } = this.folders;
    const places = layouts.map((layout) => ({
      finalPath: layout.imagePath(imageId),
      unfinishedPath: layout.unfinishedPath(imageId, uploadId),
    }));
    // An unfinished file of its own shows that this upload never got as far as the final name.
    const isOwn = await Promise.all(places.map((place) => isOfItsOwn(place.unfinishedPath, place.finalPath)));
    for (const { finalPath } of isOwn.includes(true) ? [] : places) await removing(unlink(finalPath));
    for (const { unfinishedPath } of places) await removing(unlink(unfinishedPath));
  }

  async *inventory(): AsyncGenerator<StoredObject> {
    for (const layout of this.folders.layouts) yield* objectsIn(layout);
  }

  #stored(layout: StoreLayout, imageId: string, sizeBytes: number): StoredData {
    return { url: layout.url(imageId), sizeBytes, metadata: mountOf(layout.imagePath(imageId), this.mounts) };
  }

  async #assertFree(imageId: string): Promise<void> {
    for (const layout of this.folders.layouts)
      if (await exists(layout.imagePath(imageId)))
        throw new StoreDuplicate('The image store has data of this image already');
  }

  /** Reads at the place that the URL names, and if there is nothing at the others. */
  async #whereItIs<Result>(url: string, read: (path: string) => Promise<Result>): Promise<Result> {
    const [named, ...others] = this.folders.placesOf(url);
    try {
      return await read(named.path);
    } catch (error) {
      if (!(error instanceof StoredDataMissing) || others.length === 0) throw error;
      return read((await firstThatExists([named, ...others])).path);
    }
  }
}

/** The first, if there is none. */
async function firstThatExists(places: ReturnType<StoreFolders['placesOf']>): Promise<(typeof places)[0]> {
  if (places.length > 1) for (const place of places) if (await exists(place.path)) return place;
  return places[0];
}

async function* objectsIn(layout: StoreLayout): AsyncGenerator<StoredObject> {
  for await (const name of fileNames(layout.dataDir)) {
    if (isStoreId(name)) yield { kind: 'image', imageId: name, url: layout.url(name) };
  }
  if (!(await exists(layout.unfinishedDir))) return; // A directory that was never written to.
  for await (const name of fileNames(layout.unfinishedDir)) {
    const ids = layout.parseUnfinished(name);
    if (ids !== null) yield { kind: 'unfinished', ...ids };
  }
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

/** Whether a file exists that has not got the other name as well. */
async function isOfItsOwn(path: string, otherPath: string): Promise<boolean> {
  const [one, other] = await Promise.allSettled([lstat(path), lstat(otherPath)]);
  return one.status === 'fulfilled' && (other.status === 'rejected' || one.value.ino !== other.value.ino);
}

async function* fileNames(path: string): AsyncGenerator<string> {
  for await (const entry of await reading(opendir(path))) if (entry.isFile()) yield entry.name;
}
