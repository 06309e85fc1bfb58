import type { ImageLocation } from '../../events/contracts/image-events.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import { storeHolding } from '../../stores/configured-stores.js';
import { StoredDataMissing } from '../../stores/stores.errors.js';
import { problemOf } from './finding.js';
import type { Verified } from './verified.js';

/** `isLost`: the data is certainly not there; else it cannot be said. */
export type LocationProblem = Readonly<{ problem: string; isLost: boolean }>;

/** What was deleted may have lost its bytes already. */
export const locationsWithBytes = ({ status, locations, scrubbing }: ImageState): readonly ImageLocation[] =>
  status === 'deleted' || scrubbing ? [] : locations;

/** Looks whether a location has the bytes that it should have. @returns null when it has */
export async function locationProblem(
  location: ImageLocation,
  sizeBytes: number | null,
  stores: Verified['stores'],
): Promise<LocationProblem | null> {
  const { store: storeId, url } = location;
  const store = storeHolding(stores, location);
  if (store === null) {
    return { problem: `its data is in the store ${storeId}, which is not configured`, isLost: false };
  }
  try {
    const stored = await store.driver.sizeOf(url);
    if (sizeBytes === null || stored === sizeBytes) return null;
    return { problem: `${stored} bytes are stored, ${sizeBytes} should be`, isLost: true };
  } catch (error) {
    const isLost = error instanceof StoredDataMissing;
    return { problem: isLost ? `its data is missing in the store ${storeId}` : problemOf(error), isLost };
  }
}
