import type {
  ImageDigest,
  ImageEvent,
  ImageLocation,
  ImageVisibility,
  ImportRequest,
} from '../../src/events/contracts/image-events.js';
import { imageDescription } from './image-description.builder.js';

/** The data of one event type, for tests that override some of it. */
type DataOf<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>['data'];
type EventNamed<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>;

export const IMAGE_ID = '6f1d0d4e-5a4e-4c1b-9a55-0d5f0a6b7c81';
export const UPLOAD_ID = 'upload-1';
export const TASK_ID = 'task-1';
export const MEMBER_ID = 'project-b';
const CREATED_AT = '2026-01-02T03:04:05.000Z';
export const LATER = '2026-01-02T03:05:00.000Z';
export const SCRUB_AFTER = '2026-01-03T03:05:00.000Z';

export const imageLocation = (overrides: Partial<ImageLocation> = {}): ImageLocation => ({
  store: 'local',
  url: 'file:///images/one',
  metadata: {},
  ...overrides,
});

/** A shared raw image of project-a; its formats are set, so that it can take data. */
export const imageCreated = (overrides: Partial<DataOf<'ImageCreated'>> = {}): EventNamed<'ImageCreated'> => ({
  type: 'ImageCreated',
  schemaVersion: 1,
  data: {
    ...imageDescription(),
    properties: {},
    tags: [],
    imageId: IMAGE_ID,
    createdAt: CREATED_AT,
    ...overrides,
  },
});

/** What an import found out. */
export const detailsFound = (data: DataOf<'ImageDetailsChanged'>): EventNamed<'ImageDetailsChanged'> =>
  detailsChanged({ ...data, taskId: TASK_ID });

export const propertiesFound = (
  set: Record<string, string>,
  removed: string[] = [],
): EventNamed<'ImagePropertiesChanged'> => ({
  type: 'ImagePropertiesChanged',
  schemaVersion: 1,
  data: { set, removed, taskId: TASK_ID },
});

export const detailsChanged = (data: DataOf<'ImageDetailsChanged'>): EventNamed<'ImageDetailsChanged'> => ({
  type: 'ImageDetailsChanged',
  schemaVersion: 1,
  data,
});

export const propertiesChanged = (
  set: Record<string, string>,
  removed: string[] = [],
): EventNamed<'ImagePropertiesChanged'> => ({
  type: 'ImagePropertiesChanged',
  schemaVersion: 1,
  data: { set, removed },
});

export const visibilityChanged = (visibility: ImageVisibility): EventNamed<'ImageVisibilityChanged'> => ({
  type: 'ImageVisibilityChanged',
  schemaVersion: 1,
  data: { visibility },
});

export const protectionChanged = (isProtected: boolean): EventNamed<'ImageProtectionChanged'> => ({
  type: 'ImageProtectionChanged',
  schemaVersion: 1,
  data: { protected: isProtected },
});

export const hiddenChanged = (hidden: boolean): EventNamed<'ImageHiddenChanged'> => ({
  type: 'ImageHiddenChanged',
  schemaVersion: 1,
  data: { hidden },
});

export const ownerChanged = (owner: string | null): EventNamed<'ImageOwnerChanged'> => ({
  type: 'ImageOwnerChanged',
  schemaVersion: 1,
  data: { owner },
});

export const tagAdded = (tag: string): EventNamed<'ImageTagAdded'> => ({
  type: 'ImageTagAdded',
  schemaVersion: 1,
  data: { tag },
});

export const tagRemoved = (tag: string): EventNamed<'ImageTagRemoved'> => ({
  type: 'ImageTagRemoved',
  schemaVersion: 1,
  data: { tag },
});

export const tagsReplaced = (...tags: string[]): EventNamed<'ImageTagsReplaced'> => ({
  type: 'ImageTagsReplaced',
  schemaVersion: 1,
  data: { tags },
});

export const memberAdded = (memberId = MEMBER_ID): EventNamed<'ImageMemberAdded'> => ({
  type: 'ImageMemberAdded',
  schemaVersion: 1,
  data: { memberId },
});

export const memberAccepted = (memberId = MEMBER_ID): EventNamed<'ImageMemberAccepted'> => ({
  type: 'ImageMemberAccepted',
  schemaVersion: 1,
  data: { memberId },
});

export const memberRejected = (memberId = MEMBER_ID): EventNamed<'ImageMemberRejected'> => ({
  type: 'ImageMemberRejected',
  schemaVersion: 1,
  data: { memberId },
});

export const membershipReset = (memberId = MEMBER_ID): EventNamed<'ImageMembershipReset'> => ({
  type: 'ImageMembershipReset',
  schemaVersion: 1,
  data: { memberId },
});

export const memberRemoved = (memberId = MEMBER_ID): EventNamed<'ImageMemberRemoved'> => ({
  type: 'ImageMemberRemoved',
  schemaVersion: 1,
  data: { memberId },
});

export const uploadStarted = (uploadId = UPLOAD_ID, store = 'local'): EventNamed<'ImageUploadStarted'> => ({
  type: 'ImageUploadStarted',
  schemaVersion: 1,
  data: { uploadId, store },
});

/** The five bytes "hello". */
export const dataStored = (overrides: Partial<DataOf<'ImageDataStored'>> = {}): EventNamed<'ImageDataStored'> => ({
  type: 'ImageDataStored',
  schemaVersion: 1,
  data: {
    uploadId: UPLOAD_ID,
    location: imageLocation(),
    sizeBytes: 5,
    virtualSizeBytes: null,
    checksum: '5d41402abc4b2a76b9719d911017c592',
    hashAlgorithm: 'sha256',
    hashValue: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    ...overrides,
  },
});

export const uploadFailed = (
  overrides: Partial<DataOf<'ImageUploadFailed'>> = {},
): EventNamed<'ImageUploadFailed'> => ({
  type: 'ImageUploadFailed',
  schemaVersion: 1,
  data: { uploadId: UPLOAD_ID, reason: 'the client went away', status: 'queued', ...overrides },
});

export const stagingStarted = (uploadId = UPLOAD_ID): EventNamed<'ImageStagingStarted'> => ({
  type: 'ImageStagingStarted',
  schemaVersion: 1,
  data: { uploadId },
});

export const dataStaged = (overrides: Partial<DataOf<'ImageDataStaged'>> = {}): EventNamed<'ImageDataStaged'> => ({
  type: 'ImageDataStaged',
  schemaVersion: 1,
  data: { uploadId: UPLOAD_ID, sizeBytes: 5, ...overrides },
});

export const stagingFailed = (uploadId = UPLOAD_ID): EventNamed<'ImageStagingFailed'> => ({
  type: 'ImageStagingFailed',
  schemaVersion: 1,
  data: { uploadId, reason: 'the client went away' },
});

/** One store, fetched from the web. */
export const importRequest = (overrides: Partial<ImportRequest> = {}): ImportRequest => ({
  method: 'web-download',
  stores: ['local'],
  allStoresMustSucceed: true,
  uri: 'https://example.com/image',
  checksum: null,
  remoteImage: null,
  ...overrides,
});

export const importRequested = (
  overrides: Partial<DataOf<'ImageImportRequested'>> = {},
): EventNamed<'ImageImportRequested'> => ({
  type: 'ImageImportRequested',
  schemaVersion: 1,
  data: { taskId: TASK_ID, request: importRequest(), ...overrides },
});

export const importStarted = (stores: string[] = ['local']): EventNamed<'ImageImportStarted'> => ({
  type: 'ImageImportStarted',
  schemaVersion: 1,
  data: { taskId: TASK_ID, stores },
});

/** The same five bytes as those of an upload. */
export const importedToStore = (location = imageLocation()): EventNamed<'ImageImportedToStore'> => {
  const { sizeBytes, virtualSizeBytes, checksum, hashAlgorithm, hashValue } = dataStored().data;
  const stored = { location, sizeBytes, virtualSizeBytes, checksum, hashAlgorithm, hashValue };
  return { type: 'ImageImportedToStore', schemaVersion: 1, data: { taskId: TASK_ID, ...stored } };
};

export const importToStoreFailed = (store = 'local'): EventNamed<'ImageImportToStoreFailed'> => ({
  type: 'ImageImportToStoreFailed',
  schemaVersion: 1,
  data: { taskId: TASK_ID, store, reason: 'the store is full' },
});

export const importToStoreReverted = (location = imageLocation()): EventNamed<'ImageImportToStoreReverted'> => ({
  type: 'ImageImportToStoreReverted',
  schemaVersion: 1,
  data: { taskId: TASK_ID, store: location.store, url: location.url },
});

export const importActivated = (): EventNamed<'ImageImportActivated'> => ({
  type: 'ImageImportActivated',
  schemaVersion: 1,
  data: { taskId: TASK_ID },
});

export const importCompleted = (): EventNamed<'ImageImportCompleted'> => ({
  type: 'ImageImportCompleted',
  schemaVersion: 1,
  data: { taskId: TASK_ID },
});

export const importFailed = (
  overrides: Partial<DataOf<'ImageImportFailed'>> = {},
): EventNamed<'ImageImportFailed'> => ({
  type: 'ImageImportFailed',
  schemaVersion: 1,
  data: { taskId: TASK_ID, reason: 'the source is gone', failedStores: ['local'], status: 'queued', ...overrides },
});

export const locationAdded = (
  location = imageLocation(),
  sizeBytes = 5,
  overrides: Partial<DataOf<'ImageLocationAdded'>> = {},
): EventNamed<'ImageLocationAdded'> => ({
  type: 'ImageLocationAdded',
  schemaVersion: 1,
  data: { location, sizeBytes, ...overrides },
});

export const locationRemoved = (
  url = imageLocation().url,
  overrides: Partial<DataOf<'ImageLocationRemoved'>> = {},
): EventNamed<'ImageLocationRemoved'> => ({
  type: 'ImageLocationRemoved',
  schemaVersion: 1,
  data: { url, ...overrides },
});

export const locationDataRemoved = (url = imageLocation().url): EventNamed<'ImageLocationDataRemoved'> => ({
  type: 'ImageLocationDataRemoved',
  schemaVersion: 1,
  data: { url },
});

export const locationsRearranged = (...locations: ImageLocation[]): EventNamed<'ImageLocationsRearranged'> => ({
  type: 'ImageLocationsRearranged',
  schemaVersion: 1,
  data: { locations },
});

export const locationImportRequested = (
  overrides: Partial<DataOf<'ImageLocationImportRequested'>> = {},
): EventNamed<'ImageLocationImportRequested'> => ({
  type: 'ImageLocationImportRequested',
  schemaVersion: 1,
  data: { taskId: TASK_ID, url: imageLocation().url, expected: null, hashes: true, ...overrides },
});

export const locationVerificationStarted = (
  location = imageLocation(),
): EventNamed<'ImageLocationVerificationStarted'> => ({
  type: 'ImageLocationVerificationStarted',
  schemaVersion: 1,
  data: { taskId: TASK_ID, location, sizeBytes: 5 },
});

export const locationImportCompleted = (digest?: ImageDigest): EventNamed<'ImageLocationImportCompleted'> => ({
  type: 'ImageLocationImportCompleted',
  schemaVersion: 1,
  data: { taskId: TASK_ID, ...(digest && { digest }) },
});

export const locationImportFailed = (
  status: DataOf<'ImageLocationImportFailed'>['status'] = 'queued',
  overrides: Partial<DataOf<'ImageLocationImportFailed'>> = {},
): EventNamed<'ImageLocationImportFailed'> => ({
  type: 'ImageLocationImportFailed',
  schemaVersion: 1,
  data: { taskId: TASK_ID, reason: 'the server is gone', status, ...overrides },
});

export const locationMetadataChanged = (
  metadata: Record<string, unknown>,
  url = imageLocation().url,
): EventNamed<'ImageLocationMetadataChanged'> => ({
  type: 'ImageLocationMetadataChanged',
  schemaVersion: 1,
  data: { url, metadata },
});

export const deactivated = (): EventNamed<'ImageDeactivated'> => ({
  type: 'ImageDeactivated',
  schemaVersion: 1,
  data: {},
});

export const reactivated = (): EventNamed<'ImageReactivated'> => ({
  type: 'ImageReactivated',
  schemaVersion: 1,
  data: {},
});

export const imageDeleted = (deletedAt = LATER): EventNamed<'ImageDeleted'> => ({
  type: 'ImageDeleted',
  schemaVersion: 1,
  data: { deletedAt },
});

export const deletionScheduled = (scrubAfter = SCRUB_AFTER): EventNamed<'ImageDeletionScheduled'> => ({
  type: 'ImageDeletionScheduled',
  schemaVersion: 1,
  data: { deletedAt: LATER, scrubAfter },
});

export const scrubbingStarted = (): EventNamed<'ImageScrubbingStarted'> => ({
  type: 'ImageScrubbingStarted',
  schemaVersion: 1,
  data: {},
});

export const imageRestored = (): EventNamed<'ImageRestored'> => ({
  type: 'ImageRestored',
  schemaVersion: 1,
  data: {},
});

export const imageScrubbed = (scrubbedAt = LATER): EventNamed<'ImageScrubbed'> => ({
  type: 'ImageScrubbed',
  schemaVersion: 1,
  data: { scrubbedAt },
});
