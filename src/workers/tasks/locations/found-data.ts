import { Inject, Injectable } from '@nestjs/common';
import type { ImageLocation } from '../../../events/contracts/image-events.js';
import { ImageCommandHandler } from '../../../modules/images/commands/image-command.handler.js';
import { StorageQuota } from '../../../modules/images/commands/storage-quota.js';
import { ImageLocationInvalid } from '../../../modules/images/domain/image.errors.js';
import { storeOwning } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ConfiguredStore, ImageStores } from '../../../stores/image-store.js';
import type { TaskRun } from '../task-run.js';

/** Data that is to become an image's. */
type Wanted = Readonly<{ imageId: string; owner: string | null; url: string }>;

/** Makes data that is in a store, or that a store refers to, the data of an image. */
@Injectable()
export class FoundData {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly quota: StorageQuota,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /**
   * May be done again after it was cut off.
   * @throws ImageLocationInvalid for what no store has, is empty, or another image's; ImageQuotaExceeded when the owner's
   *   storage is used up; the store's errors
   */
  async adopt(run: TaskRun, wanted: Wanted): Promise<Readonly<{ location: ImageLocation; sizeBytes: number }>> {
    const { imageId, owner, url } = wanted;
    const store = storeOwning(this.stores, url);
    if (store === null) throw new ImageLocationInvalid('No store has such a location.', { imageId });
    await this.mustBeNobodyElses(store, wanted);
    const sizeBytes = await store.driver.sizeOf(url);
    if (sizeBytes === 0) throw new ImageLocationInvalid('The location has no data.', { imageId });
    await this.quota.mustAllow(owner, sizeBytes);
    await run.keepClaim();
    if (!store.readOnly && store.driver.imageIdOf(url) !== imageId)
      await store.driver.discardUnfinished(imageId, run.taskId); // what an attempt left whose worker died
    const adopted = await store.driver.adopt(url, imageId, run.taskId);
    const location = { store: store.id, url: adopted.url, metadata: adopted.metadata };
    return { location, sizeBytes: adopted.sizeBytes };
  }

  /** Images share data only by cloning, which asks whether the data may be read. */
  private async mustBeNobodyElses({ driver }: ConfiguredStore, { imageId, url }: Wanted): Promise<void> {
    const owner = driver.imageIdOf(url);
    if (owner === null || owner === imageId) return;
    if ((await this.images.stateOf(owner)).status === 'absent') return;
    throw new ImageLocationInvalid('The data at the location is that of another image.', { imageId });
  }
}
