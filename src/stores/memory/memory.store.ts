/* eslint-disable @typescript-eslint/require-await -- the port is asynchronous, a map is not */
import { abortReason } from '../abort-reason.js';
import { abortable } from '../abortable.js';
import type { ByteRange, ImageStore, StoreCapability, StoredBytes, StoredData, StoredObject } from '../image-store.js';
import { assertStoreIds, isStoreId } from '../store-ids.js';
import { StoreDuplicate, StoredDataMissing, StoreUrlInvalid } from '../stores.errors.js';

/** Keeps images in this process' memory, for tests and demonstrations: they are gone when it ends. */
export class MemoryImageStore implements ImageStore {
  readonly scheme = 'memory';
  readonly capabilities: ReadonlySet<StoreCapability> = new Set(['write', 'delete', 'read_range', 'share']);
  readonly #images = new Map<string, Buffer>();
  readonly #unfinished = new Map<string, Readonly<{ imageId: string; uploadId: string }>>();

  owns(url: string): boolean {
    return this.#find(url) !== null;
  }

  async put(
    imageId: string,
    uploadId: string,
    data: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    beforeCommit: () => Promise<void> = () => Promise.resolve(),
  ): Promise<StoredData> {
    assertStoreIds(imageId, uploadId);
    this.#assertFree(imageId);
    const name = `${imageId}.${uploadId}`;
    this.#unfinished.set(name, { imageId, uploadId });
    try {
      const bytes = await collect(data, signal);
      await beforeCommit();
      if (signal.aborted) throw abortReason(signal.reason);
      this.#assertFree(imageId);
      this.#images.set(imageId, bytes);
      return { url: urlOf(imageId), sizeBytes: bytes.byteLength, metadata: {} };
    } finally {
      this.#unfinished.delete(name);
    }
  }

  async share(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    assertStoreIds(imageId, uploadId);
    this.#assertFree(imageId);
    const bytes = this.#read(url);
    this.#images.set(imageId, bytes);
    return { url: urlOf(imageId), sizeBytes: bytes.byteLength, metadata: {} };
  }

  imageIdOf(url: string): string | null {
    return this.#find(url);
  }

  async adopt(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    if (this.#idOf(url) !== imageId) return this.share(url, imageId, uploadId);
    return { url, sizeBytes: this.#read(url).byteLength, metadata: {} };
  }

  async mustBeUnused(url: string): Promise<void> {
    this.#idOf(url);
  }

  async get(url: string, range?: ByteRange): Promise<StoredBytes> {
    const bytes = this.#read(url);
    const part = range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length);
    return chunksOf(part);
  }

  async sizeOf(url: string): Promise<number> {
    return this.#read(url).byteLength;
  }

  async delete(url: string): Promise<void> {
    this.#images.delete(this.#idOf(url));
  }

  async discardUnfinished(imageId: string, uploadId: string): Promise<void> {
    // An upload that is under way has not become readable; whatever is readable stems from another one.
    if (!this.#unfinished.delete(`${imageId}.${uploadId}`)) this.#images.delete(imageId);
  }

  async *inventory(): AsyncGenerator<StoredObject> {
    for (const imageId of this.#images.keys()) yield { kind: 'image', imageId, url: urlOf(imageId) };
    for (const ids of this.#unfinished.values()) yield { kind: 'unfinished', ...ids };
  }

  #read(url: string): Buffer {
    const bytes = this.#images.get(this.#idOf(url));
    if (bytes === undefined) throw new StoredDataMissing('The data is not in the image store');
    return bytes;
  }

  #assertFree(imageId: string): void {
    if (this.#images.has(imageId)) throw new StoreDuplicate('The image store has data of this image already');
  }

  #idOf(url: string): string {
    const imageId = this.#find(url);
    if (imageId === null) throw new StoreUrlInvalid('The location is not in this image store');
    return imageId;
  }

  #find(url: string): string | null {
    const imageId = url.startsWith(PREFIX) ? url.slice(PREFIX.length) : '';
    return isStoreId(imageId) ? imageId : null;
  }
}

const PREFIX = 'memory:///';

const urlOf = (imageId: string): string => PREFIX + imageId;

async function* chunksOf(bytes: Uint8Array): StoredBytes {
  if (bytes.byteLength > 0) yield bytes;
}

async function collect(data: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of abortable(data, signal)) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}
