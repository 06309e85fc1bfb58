import type { ImageLocation } from '../../../events/contracts/image-events.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { storeIdOf } from '../queries/store-id-of.js';

/** Gives locations the form of the v2 API. Stores have names for clients only where there are several. */
export class LocationPresenter {
  constructor(
    private readonly stores: ImageStores,
    private readonly multiple: boolean,
  ) {}

  present(locations: readonly ImageLocation[]): JsonObject[] {
    return locations.map((location) => ({
      url: location.url,
      metadata: { ...(location.metadata as Record<string, Json>), ...this.storeOf(location) },
    }));
  }

  storesOf(locations: readonly ImageLocation[]): readonly string[] {
    return locations.map((location) => storeIdOf(this.stores, location));
  }

  private storeOf(location: ImageLocation): JsonObject {
    const store = this.multiple ? storeIdOf(this.stores, location) : '';
    return store === '' ? {} : { store };
  }
}
