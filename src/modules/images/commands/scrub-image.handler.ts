import { Inject, Injectable } from '@nestjs/common';
import { findStore, findStoreHolding, storeOwning } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { STAGING_AREA } from '../../../stores/staging/staging-area.js';
import type { StagingArea } from '../../../stores/staging/staging-area.js';
import { ImageStatusConflict } from '../domain/image.errors.js';
import type { ImageState, ImportState, LocationImportState } from '../domain/image-state.js';
import { DeadUploads } from './dead-uploads.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { LapsedClaims } from './lapsed-claims.js';
import { systemContext } from './system-context.js';

/** Removes the bytes of a deleted image from everywhere. May run twice: removing bytes that are gone does nothing. */
@Injectable()
export class ScrubImageHandler {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly deadUploads: DeadUploads,
    private readonly claims: LapsedClaims,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
  ) {}

  /**
   * @throws ImageStatusConflict when the image is not deleted, or an upload or import that began before is still alive; and
   *   the stores' errors. It may be tried again.
   */
  async scrub(imageId: string): Promise<void> {
    const { uploadId, import: unended, locationImport, locations, removing } = await this.begin(imageId);
    if (uploadId !== null) await this.discardUpload(imageId, uploadId);
    if (unended !== null) await this.discardImport(imageId, unended);
    if (locationImport !== null) await this.discardLocationImport(imageId, locationImport);
    await this.staging.discard(imageId);
    for (const location of [...locations, ...removing])
      await findStoreHolding(this.stores, location).driver.delete(location.url);
    await this.images.handle({ type: 'ScrubImage', imageId }, systemContext('scrubber'));
  }

  /** From here on nobody can restore the image, so that none is restored without its bytes. */
  private async begin(imageId: string): Promise<ImageState> {
    const state = await this.images.stateOf(imageId);
    if (state.status === 'deleted') return state;
    if (state.status !== 'pending_delete') {
      throw new ImageStatusConflict(`Image ${imageId} is not deleted`, { imageId, status: state.status });
    }
    return (await this.images.handle({ type: 'StartScrubbing', imageId }, systemContext('scrubber'))).state;
  }

  private async discardUpload(imageId: string, uploadId: string): Promise<void> {
    if (await this.deadUploads.discard(imageId, uploadId)) return;
    throw new ImageStatusConflict(`An upload to the deleted image ${imageId} has not ended`, { imageId, uploadId });
  }

  private async discardImport(imageId: string, unended: ImportState): Promise<void> {
    await this.inPlaceOf(imageId, unended.taskId, async () => {
      for (const storeId of storesOf(unended)) await this.discardUnfinished(storeId, imageId, unended.taskId);
    });
  }

  /** What the task has adopted stands under the image's own name by now, recorded or not. */
  private async discardLocationImport(imageId: string, { taskId, url }: LocationImportState): Promise<void> {
    await this.inPlaceOf(imageId, taskId, async () => {
      const store = storeOwning(this.stores, url);
      if (store !== null) await this.discardUnfinished(store.id, imageId, taskId);
    });
  }

  private async discardUnfinished(storeId: string, imageId: string, taskId: string): Promise<void> {
    const { readOnly, driver } = findStore(this.stores, storeId);
    if (!readOnly) await driver.discardUnfinished(imageId, taskId);
  }

  /** Acts when the task has ended, or died. @throws ImageStatusConflict while it is alive */
  private async inPlaceOf(imageId: string, taskId: string, act: () => Promise<void>): Promise<void> {
    const discarded = await this.claims.takeOver(taskId, async () => {
      await act();
      await this.staging.removeTaskFolder(taskId);
      return true;
    });
    if (discarded) return;
    throw new ImageStatusConflict(`An import of the deleted image ${imageId} has not ended`, { imageId, taskId });
  }
}

/** Stores in which the import may have left bytes; none before it has begun. */
const storesOf = ({ request, pendingStores, added }: ImportState): ReadonlySet<string> =>
  pendingStores === null
    ? new Set()
    : new Set([...request.stores, ...pendingStores, ...added.map(({ store }) => store)]);
