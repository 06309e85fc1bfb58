import type { ImageLocation } from '../../src/events/contracts/image-events.js';
import type { Untimed } from '../../src/kernel/untimed.js';
import type { ChangeImage, ImageQuotas } from '../../src/modules/images/domain/image.commands.js';

const UNLIMITED: ImageQuotas = { properties: -1, tags: -1, members: -1, locations: -1 };

/** The command that gives an image a location. */
export const addedLocation = (imageId: string, location: ImageLocation, sizeBytes: number): Untimed<ChangeImage> => ({
  type: 'ChangeImage',
  imageId,
  changes: [],
  quotas: UNLIMITED,
  locations: {
    changes: [{ kind: 'add_location', position: null, data: { location, sizeBytes, digest: null } }],
    weights: {},
    keptStores: [],
  },
});
