import type { ImageLocation } from '../../../events/contracts/image-events.js';
import type { ImageStores } from '../../../stores/image-store.js';
import { storeHolding } from '../../../stores/configured-stores.js';

/** Locations in the order in which they are shown and tried: by the weight of their stores, then as they were added. */
export function heaviestFirst(stores: ImageStores, locations: readonly ImageLocation[]): readonly ImageLocation[] {
  if (locations.length < 2) return locations;
  const weightOf = (location: ImageLocation): number => storeHolding(stores, location)?.weight ?? 0;
  return locations.toSorted((one, other) => weightOf(other) - weightOf(one));
}

/** As `heaviestFirst`, but for the named stores, which come before all others, in the order of their names. */
export function preferredFirst(
  stores: ImageStores,
  locations: readonly ImageLocation[],
  preferred: readonly string[],
): readonly ImageLocation[] {
  const rankOf = (location: ImageLocation): number => {
    const rank = preferred.indexOf(storeHolding(stores, location)?.id ?? '');
    return rank < 0 ? preferred.length : rank;
  };
  return heaviestFirst(stores, locations).toSorted((one, other) => rankOf(one) - rankOf(other));
}
