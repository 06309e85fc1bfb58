import { withoutCredentials } from '../../kernel/url-credentials.js';
import type { ByteRange, ImageStore, StoreCapability, StoredBytes, StoredData, StoredObject } from '../image-store.js';
import { StoreAddDisabled, StoreOperationUnsupported, StoreUrlInvalid } from '../stores.errors.js';

/** How the store asks other servers; what they may be asked at all is decided there. Throws the errors of stores. */
export interface RemoteFiles {
  sizeOf(url: string): Promise<number>;
  open(url: string, range?: ByteRange): Promise<StoredBytes>;
}

/**
 * Refers to data that web servers have. Nothing is ever written or removed there. A URL with credentials is none of its
 * own: locations are kept, and shown, as they are.
 */
export class HttpImageStore implements ImageStore {
  readonly scheme = 'http';
  readonly capabilities: ReadonlySet<StoreCapability> = new Set(['read_range', 'refer']);

  constructor(private readonly files: RemoteFiles) {}

  owns(url: string): boolean {
    return isPlainHttpUrl(url);
  }

  imageIdOf(): null {
    return null;
  }

  put(): Promise<never> {
    return Promise.reject(new StoreAddDisabled('This image store is read-only'));
  }

  share(url: string): Promise<never> {
    return this.#at(url, () => Promise.reject(new StoreOperationUnsupported('This image store keeps no data')));
  }

  adopt(url: string): Promise<StoredData> {
    return this.#at(url, async () => ({ url, sizeBytes: await this.files.sizeOf(url), metadata: {} }));
  }

  get(url: string, range?: ByteRange): Promise<StoredBytes> {
    return this.#at(url, () => this.files.open(url, range));
  }

  sizeOf(url: string): Promise<number> {
    return this.#at(url, () => this.files.sizeOf(url));
  }

  mustBeUnused(): Promise<void> {
    return Promise.resolve();
  }

  delete(url: string): Promise<void> {
    return this.#at(url, () => Promise.resolve());
  }

  discardUnfinished(): Promise<void> {
    return Promise.resolve();
  }

  async *inventory(): AsyncGenerator<StoredObject> {
    // What other servers have is no matter of ours.
  }

  async #at<Result>(url: string, act: () => Promise<Result>): Promise<Result> {
    if (!this.owns(url)) throw new StoreUrlInvalid('The location is not in this image store');
    return act();
  }
}

function isPlainHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !withoutCredentials(text).hadCredentials;
}
