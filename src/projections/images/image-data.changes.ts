import type { ImageLocation } from '../../events/contracts/image-events.js';
import type { DataOf } from './image-change.js';
import type { ImageDetails } from './image-details.read-model.js';

/** Nobody sends data. */
export const idle = { uploadId: null, uploadStore: null } as const;

/** There is no data to say anything of. */
export const noData = {
  sizeBytes: null,
  virtualSizeBytes: null,
  checksum: null,
  hashAlgorithm: null,
  hashValue: null,
} as const;

type Stored = DataOf['ImageDataStored'] | DataOf['ImageImportedToStore'];

export const withoutData = { ...idle, ...noData, status: 'queued', locations: [] } as const;

/** What is known of the data stays: every store has the same. */
export const withStoredData = ({ locations, checksum }: ImageDetails, stored: Stored): Partial<ImageDetails> => ({
  locations: [...locations, stored.location],
  ...(checksum === null && knownOf(stored)),
});

const knownOf = (stored: Stored): Partial<ImageDetails> => ({
  sizeBytes: stored.sizeBytes,
  virtualSizeBytes: stored.virtualSizeBytes,
  checksum: stored.checksum,
  hashAlgorithm: stored.hashAlgorithm,
  hashValue: stored.hashValue,
});

export const withoutLocation = ({ locations }: ImageDetails, url: string): Pick<ImageDetails, 'locations'> => ({
  locations: replaceFirst(locations, url, () => []),
});

export const changedLocation = (
  { locations }: ImageDetails,
  url: string,
  metadata: ImageLocation['metadata'],
): Pick<ImageDetails, 'locations'> => ({
  locations: replaceFirst(locations, url, (location) => [{ ...location, metadata }]),
});

/** One URL may stand there twice with different metadata; events that name a URL mean the first. */
const replaceFirst = (
  locations: ImageDetails['locations'],
  url: string,
  replacement: (location: ImageLocation) => ImageDetails['locations'],
): ImageDetails['locations'] => {
  const first = locations.findIndex((location) => location.url === url);
  return locations.flatMap((location, index) => (index === first ? replacement(location) : [location]));
};
