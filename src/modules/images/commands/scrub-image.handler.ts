import { Inject, Injectable } from '@nestjs/common';
import { findStore } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { ImageStatusConflict } from '../domain/image.errors.js';
import { DeadUploads } from './dead-uploads.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { systemContext } from './system-context.js';

/** Removes the bytes of a deleted image from every store. May run twice: deleting bytes that are gone does nothing. */
@Injectable()
export class ScrubImageHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly deadUploads: DeadUploads,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /**
   * @throws ImageStatusConflict when the image is not deleted, or an upload that began before is still alive; and the
   *   stores' errors. It may be tried again.
   */
  async scrub(imageId: string): Promise<void> {
    const { status, locations, uploadId, uploadStore } = await this.images.stateOf(imageId);
    if (status !== 'deleted' && status !== 'pending_delete') {
      throw new ImageStatusConflict(`Image ${imageId} is not deleted`, { imageId, status });
    }
    if (uploadId !== null && uploadStore !== null) await this.discard(imageId, uploadId, uploadStore);
    for (const { store, url } of locations) await findStore(this.stores, store).driver.delete(url);
    await this.images.handle({ type: 'ScrubImage', imageId }, systemContext('scrubber'));
  }

  private async discard(imageId: string, uploadId: string, storeId: string): Promise<void> {
    if (await this.deadUploads.discard(imageId, uploadId, storeId)) return;
    throw new ImageStatusConflict(`An upload to the deleted image ${imageId} has not ended`, { imageId, uploadId });
  }
}
