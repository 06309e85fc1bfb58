import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { ImageState } from './image-state.js';

/**
 * A queued image names a location only when what is there turned out not to be its data, and cannot be removed. It must not
 * stand beside the data that the image gets next.
 */
export const withoutRefutedLocations = ({ status, locations }: ImageState): readonly ImageEvent[] =>
  status !== 'queued'
    ? []
    : locations.map(({ url }) => ({ type: 'ImageLocationRemoved', schemaVersion: 1, data: { url, position: 0 } }));
