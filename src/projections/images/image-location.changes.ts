import type { Changes } from './image-change.js';
import { changedLocation, withoutData, withoutLocation } from './image-data.changes.js';
import type { ImageDetails } from './image-details.read-model.js';

type LocationEvent =
  | 'ImageLocationAdded'
  | 'ImageLocationRemoved'
  | 'ImageLocationDataRemoved'
  | 'ImageLocationDataKept'
  | 'ImageLocationMetadataChanged'
  | 'ImageLocationsRearranged'
  | 'ImageLocationImportRequested'
  | 'ImageLocationVerificationStarted'
  | 'ImageLocationImportCompleted'
  | 'ImageLocationImportFailed';

/** What becomes of an image by the places that its data is at. */
export const locationChanges: Pick<Changes, LocationEvent> = {
  ImageLocationAdded: ({ location, sizeBytes, digest, position, hashAlgorithm }, { document }) => ({
    status: 'active',
    sizeBytes: document.sizeBytes ?? sizeBytes,
    locations: document.locations.toSpliced(position ?? document.locations.length, 0, location),
    ...(hashAlgorithm !== undefined && { hashAlgorithm }),
    ...(digest !== undefined && document.hashValue === null && digest),
  }),
  ImageLocationRemoved: (removed, { document }) => ({
    ...withoutRemoved(document, removed),
    ...(removed.removesData === true && { removing: removingBy(document, removed) }),
  }),
  ImageLocationDataRemoved: ({ url }, { document }) => ({ removing: otherRemovals(document, url) }),
  ImageLocationDataKept: ({ url }, { document }) => ({
    locations: [...document.locations, ...(document.removing ?? []).filter((location) => location.url === url)],
    removing: otherRemovals(document, url),
  }),
  ImageLocationMetadataChanged: ({ url, metadata }, { document }) => changedLocation(document, url, metadata),
  ImageLocationsRearranged: ({ locations }) => ({ locations }),

  ImageLocationImportRequested: ({ taskId }) => ({ importTaskId: taskId }),
  ImageLocationVerificationStarted: ({ location, sizeBytes }, { document }) => ({
    status: 'importing',
    sizeBytes,
    locations: [...document.locations, location],
  }),
  ImageLocationImportCompleted: ({ digest }, { document }) => ({
    status: document.status === 'importing' ? 'active' : document.status,
    importTaskId: null,
    ...digest,
  }),
  ImageLocationImportFailed: ({ status, keepsLocation = false }, { document }) => ({
    ...(status === 'queued' ? withoutData : { status }),
    ...(keepsLocation && { locations: document.locations }),
    ...(document.hashValue === null && { hashAlgorithm: null }),
    importTaskId: null,
  }),
};

type Removed = Readonly<{ url: string; position?: number }>;

const withoutRemoved = (document: ImageDetails, { url, position }: Removed): Pick<ImageDetails, 'locations'> =>
  position === undefined ? withoutLocation(document, url) : { locations: document.locations.toSpliced(position, 1) };

const removingBy = ({ locations, removing = [] }: ImageDetails, { position }: Removed): ImageDetails['locations'] => [
  ...removing,
  ...locations.filter((_, index) => index === position),
];

const otherRemovals = ({ removing = [] }: ImageDetails, url: string): ImageDetails['locations'] =>
  removing.filter((location) => location.url !== url);
