import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { abortable } from '../abortable.js';
import type { DataFile } from '../filesystem/data-file.js';
import type { CacheableImage, OpenOrigin } from '../image-cache.js';
import type { StoredBytes } from '../image-store.js';
import { SizeMismatch, StoreUnavailable } from '../stores.errors.js';
import type { BackgroundDigest } from './background-digest.js';
import { CopyInvalid } from './copy-invalid.js';
import { restOf } from './rest-of-origin.js';

const READ_BYTES = 1024 * 1024;

type FillParts = Readonly<{
  image: CacheableImage;
  source: StoredBytes;
  file: DataFile;
  path: string;
  /** Null when nobody knows which hash the data should have. */
  digest: BackgroundDigest | null;
  /** Makes the verified, durable file the copy that all are served from. */
  publish: () => Promise<void>;
  signal: AbortSignal;
}>;

/**
 * One reading of an origin into a file, as fast as both go, and those who read the file while it grows. The last bytes are
 * held back until all have been verified: nobody takes wrong data for complete ones.
 */
export class CacheFill {
  /** Resolves when the copy is published; rejects when there will be none. */
  readonly done: Promise<void>;
  private availableBytes = 0;
  private failure: unknown = null;
  private changed = Promise.withResolvers<null>();

  constructor(private readonly parts: FillParts) {
    this.done = this.run();
    this.done.catch((error: unknown) => {
      this.failure = error;
      this.announce(this.availableBytes);
    });
  }

  /** The data, from the file as it grows; should the copying fail, the rest comes from the origin. */
  async *follow(origin: OpenOrigin): StoredBytes {
    let position = 0;
    for await (const chunk of this.available()) {
      position += chunk.byteLength;
      yield chunk;
    }
    if (position === this.parts.image.sizeBytes) return;
    if (this.failure instanceof CopyInvalid) throw this.failure;
    yield* restOf(origin, position, this.parts.image.sizeBytes);
  }

  /** What the file has, until it has everything or gets no more. */
  private async *available(): StoredBytes {
    const handle = await this.openFile();
    if (handle === null) return;
    const buffer = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, this.parts.image.sizeBytes));
    try {
      for (let position = 0; position < this.parts.image.sizeBytes;) {
        const { availableBytes, changed } = this;
        if (position < availableBytes) {
          const wantedBytes = Math.min(buffer.byteLength, availableBytes - position);
          const { bytesRead } = await handle.read(buffer, 0, wantedBytes, position);
          if (bytesRead === 0) return;
          position += bytesRead;
          yield buffer.subarray(0, bytesRead);
        } else if (this.failure !== null) return;
        else await changed.promise;
      }
    } finally {
      await handle.close();
    }
  }

  /** Null when the file has gone or been published already. */
  private async openFile(): Promise<FileHandle | null> {
    if (this.failure !== null) return null;
    return open(this.parts.path, 'r').catch(() => null);
  }

  private async run(): Promise<void> {
    const { image, source, file, digest, signal } = this.parts;
    try {
      try {
        for await (const chunk of abortable(source, signal)) {
          this.announce(file.sizeBytes);
          if (file.sizeBytes + chunk.byteLength > image.sizeBytes)
            throw new CopyInvalid('There are more bytes than expected');
          await digest?.update(chunk); // copies: the hashing goes on while the chunk is written
          await file.append(chunk);
        }
        if (file.sizeBytes < image.sizeBytes) throw new SizeMismatch('The image store gave too few bytes');
        if (digest !== null && (await digest.hex()) !== image.digest?.hex)
          throw new CopyInvalid("The hash is not the image's");
        this.announce(image.sizeBytes);
        await file.sync();
      } finally {
        await file.close();
      }
      if (!(await file.isInPlace())) throw new StoreUnavailable('The unfinished copy was removed');
      await this.parts.publish();
    } catch (error) {
      digest?.drop();
      throw error;
    }
  }

  private announce(availableBytes: number): void {
    this.availableBytes = availableBytes;
    this.changed.resolve(null);
    this.changed = Promise.withResolvers();
  }
}
