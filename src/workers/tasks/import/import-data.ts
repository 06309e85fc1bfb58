import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ImageLocation } from '../../../events/contracts/image-events.js';
import { findStoreHolding } from '../../../stores/configured-stores.js';
import type { ImageStores } from '../../../stores/image-store.js';

/** Data that an import takes into stores, as often as there are stores. */
export interface ImportData {
  readonly sizeBytes: number;
  open(): Promise<Readable>;
}

/** Large reads: what is read is written at once. */
const READ_BYTES = 1024 ** 2;

/** Data in a file that all workers see. */
export class FileData implements ImportData {
  constructor(
    readonly path: string,
    readonly sizeBytes: number,
  ) {}

  open(): Promise<Readable> {
    return Promise.resolve(createReadStream(this.path, { highWaterMark: READ_BYTES }));
  }
}

/** Data of an image that is in a store already. */
export class StoredImageBytes implements ImportData {
  constructor(
    private readonly stores: ImageStores,
    private readonly locations: readonly ImageLocation[],
    readonly sizeBytes: number,
  ) {}

  /** The first location that can be read. @throws what the last of them failed with */
  async open(): Promise<Readable> {
    let failure: unknown = new Error('The image has no data');
    for (const location of this.locations) {
      try {
        const bytes = await findStoreHolding(this.stores, location).driver.get(location.url);
        return Readable.from(copied(bytes), { objectMode: false, highWaterMark: READ_BYTES });
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

/** A store reuses its chunks, and a stream reads ahead. */
async function* copied(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield Buffer.from(chunk);
}
