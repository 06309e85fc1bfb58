import type { ByteRange, ImageStore, StoredBytes, StoredData, StoredObject } from '../stores/image-store.js';
import type { Metrics } from './metrics.js';

/** Counts what is put into a store; wraps around any driver. Reads are counted where they leave, in observe-requests.ts. */
export class MeteredImageStore implements ImageStore {
  readonly scheme: ImageStore['scheme'];
  readonly capabilities: ImageStore['capabilities'];

  constructor(
    private readonly store: string,
    private readonly driver: ImageStore,
    private readonly metrics: Metrics,
  ) {
    this.scheme = driver.scheme;
    this.capabilities = driver.capabilities;
  }

  async put(...upload: Parameters<ImageStore['put']>): Promise<StoredData> {
    const { store } = this;
    this.metrics.uploadsInFlight.inc({ store });
    try {
      const stored = await this.driver.put(...upload);
      this.metrics.uploads.inc({ store, outcome: 'stored' });
      this.metrics.uploadedBytes.inc({ store }, stored.sizeBytes);
      return stored;
    } catch (error) {
      this.metrics.uploads.inc({ store, outcome: 'failed' });
      throw error;
    } finally {
      this.metrics.uploadsInFlight.dec({ store });
    }
  }

  share(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    return this.driver.share(url, imageId, uploadId);
  }

  adopt(url: string, imageId: string, uploadId: string): Promise<StoredData> {
    return this.driver.adopt(url, imageId, uploadId);
  }

  get(url: string, range?: ByteRange): Promise<StoredBytes> {
    return this.driver.get(url, range);
  }

  owns(url: string): boolean {
    return this.driver.owns(url);
  }

  imageIdOf(url: string): string | null {
    return this.driver.imageIdOf(url);
  }

  mustBeUnused(url: string): Promise<void> {
    return this.driver.mustBeUnused(url);
  }

  sizeOf(url: string): Promise<number> {
    return this.driver.sizeOf(url);
  }

  delete(url: string): Promise<void> {
    return this.driver.delete(url);
  }

  discardUnfinished(imageId: string, uploadId: string): Promise<void> {
    return this.driver.discardUnfinished(imageId, uploadId);
  }

  inventory(): AsyncIterable<StoredObject> {
    return this.driver.inventory();
  }
}
