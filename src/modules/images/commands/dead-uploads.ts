import { Inject, Injectable } from '@nestjs/common';
import { findStore } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStore, ImageStores } from '../../../stores/image-store.js';
import { STAGING_AREA } from '../../../stores/staging/staging-area.js';
import type { StagingArea } from '../../../stores/staging/staging-area.js';
import type { ImageState } from '../domain/image-state.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { LapsedClaims } from './lapsed-claims.js';

/** Removes what uploads and stagings leave behind whose process died. */
@Injectable()
export class DeadUploads {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly claims: LapsedClaims,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
    @Inject(STAGING_AREA) private readonly staging: StagingArea,
  ) {}

  /**
   * @param then what else the end of this upload asks for; the upload cannot come back to life before it is done
   * @returns false while the upload is alive, i.e. somebody holds its lease, and when it has ended by itself
   */
  discard(imageId: string, uploadId: string, then: () => Promise<unknown> = () => Promise.resolve()): Promise<boolean> {
    return this.claims.takeOver(uploadId, async () => {
      // Only now: until the lease was ours, the upload could still succeed, and its bytes are the image's then.
      const state = await this.images.stateOf(imageId);
      if (state.uploadId !== uploadId) return false;
      await this.driverOf(state).discardUnfinished(imageId, uploadId);
      await then();
      return true;
    });
  }

  /** Only uploads name a store: other data goes to the staging area. */
  private driverOf({ uploadStore }: ImageState): ImageStore {
    return uploadStore === null ? this.staging.store : findStore(this.stores, uploadStore).driver;
  }
}
