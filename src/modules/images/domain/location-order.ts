import type { ImageLocation } from '../../../events/contracts/image-events.js';
import type { StoreWeights } from './image.commands.js';

/** Locations in the order in which they are shown and read: by the weight of their stores, then as they were added. */
export const inShownOrder = (locations: readonly ImageLocation[], weights: StoreWeights): readonly ImageLocation[] => {
  const weightOf = ({ store }: ImageLocation): number => (Object.hasOwn(weights, store) ? (weights[store] ?? 0) : 0);
  return locations.toSorted((one, other) => weightOf(other) - weightOf(one));
};
