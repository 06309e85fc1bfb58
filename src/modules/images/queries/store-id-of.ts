import type { ImageLocation } from '../../../events/contracts/image-events.js';
import { storeHolding } from '../../../stores/configured-stores.js';
import type { ImageStores } from '../../../stores/image-store.js';

/** The store that holds the data of a location now; what was recorded where there is none any more. */
export const storeIdOf = (stores: ImageStores, location: ImageLocation): string =>
  storeHolding(stores, location)?.id ?? location.store;
