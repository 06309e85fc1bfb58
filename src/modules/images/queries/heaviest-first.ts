import type { ImageLocation } from '../../../events/contracts/image-events.js';
import type { ImageStores } from '../../../stores/image-store.js';

/** Locations in the order in which they are shown and tried: by the weight of their stores, then as they were added. */
export function heaviestFirst(stores: ImageStores, locations: readonly ImageLocation[]): readonly ImageLocation[] {
  const weightOf = ({ store }: ImageLocation): number => stores.get(store)?.weight ?? 0;
  return locations.toSorted((a, b) => weightOf(b) - weightOf(a));
}
