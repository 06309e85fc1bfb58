import { Inject, Injectable } from '@nestjs/common';
import type { CommandContext } from '../../../events/handle-command.js';
import { findStoreHolding, storeHolding } from '../../../stores/configured-stores.js';
import { IMAGE_STORES } from '../../../stores/image-store.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { StoredDataInUse } from '../../../stores/stores.errors.js';
import type { ImageLocation } from '../../../events/contracts/image-events.js';
import type { ImageState } from '../domain/image-state.js';
import { ImageCommandHandler } from './image-command.handler.js';
import { LapsedClaims } from './lapsed-claims.js';

/** Removes the bytes of locations that are none any more. May be asked again, by anybody, until they are gone. */
@Injectable()
export class LocationDataRemover {
  constructor(
    private readonly images: ImageCommandHandler,
    private readonly claims: LapsedClaims,
    @Inject(IMAGE_STORES) private readonly stores: ImageStores,
  ) {}

  /** Whether there is a store at all whose data can have dependents. */
  get mayBeInUse(): boolean {
    return [...this.stores.values()].some(({ driver }) => driver.capabilities.has('dependents'));
  }

  /**
   * Returns when none of these data has dependents that keep its store from removing it.
   * @throws StoredDataInUse, StoreUnavailable
   */
  async mustBeUnused(locations: readonly ImageLocation[]): Promise<void> {
    for (const location of locations) {
      const driver = storeHolding(this.stores, location)?.driver;
      if (driver?.capabilities.has('dependents') === true) await driver.mustBeUnused(location.url);
    }
  }

  /**
   * Only one acts at a time: who is late must not remove what has been brought to the same place since.
   * @returns false when somebody else is removing them
   * @throws StoredDataInUse when a store keeps the bytes after all: the location is back then; the store's other errors
   */
  remove(imageId: string, context: CommandContext): Promise<boolean> {
    return this.claims.takeOver(`removal-${imageId}`, async () => {
      const { status, removing } = await this.images.stateOf(imageId);
      if (status === 'deleted' || status === 'pending_delete') return true; // the scrubber's turn
      for (const location of removing) await this.removeOne(imageId, location, context);
      return true;
    });
  }

  /** Stores from which nothing goes away: they only refer to data, or are not configured any more. */
  storesThatKeep({ locations }: ImageState): readonly string[] {
    return locations
      .filter((location) => storeHolding(this.stores, location)?.driver.capabilities.has('refer') !== false)
      .map(({ store }) => store);
  }

  private async removeOne(imageId: string, location: ImageLocation, context: CommandContext): Promise<void> {
    const { url } = location;
    try {
      await findStoreHolding(this.stores, location).driver.delete(url);
    } catch (error) {
      if (error instanceof StoredDataInUse)
        await this.images.handle({ type: 'UndoLocationRemoval', imageId, url }, context);
      throw error;
    }
    await this.images.handle({ type: 'CompleteLocationRemoval', imageId, url }, context);
  }
}
