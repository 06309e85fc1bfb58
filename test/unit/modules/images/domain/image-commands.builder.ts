import type {
  ChangeImage,
  ImageChange,
  ImageCommand,
  ImageDescription,
  ImageQuotas,
  KnownData,
  LocationChange,
  StoredImageData,
} from '../../../../../src/modules/images/domain/image.commands.js';
import type { ImageLocation, ImportRequest } from '../../../../../src/events/contracts/image-events.js';
import { imageDescription } from '../../../../support/image-description.builder.js';
import {
  dataStored,
  IMAGE_ID,
  imageLocation,
  importRequest,
  LATER,
  MEMBER_ID,
  SCRUB_AFTER,
  TASK_ID,
  UPLOAD_ID,
} from '../../../../support/image-events.builder.js';

type CommandNamed<Type extends ImageCommand['type']> = Extract<ImageCommand, { type: Type }>;
type Overrides<Type extends ImageCommand['type']> = Partial<Omit<CommandNamed<Type>, 'type'>>;

const common = { imageId: IMAGE_ID, now: LATER };

/** No limits at all. */
const noQuotas: ImageQuotas = { properties: -1, tags: -1, members: -1, locations: -1 };

export const quotas = (overrides: Partial<ImageQuotas>): ImageQuotas => ({ ...noQuotas, ...overrides });

/** The same five bytes that the events' builder stores. */
const storedData: StoredImageData = {
  location: dataStored().data.location,
  sizeBytes: dataStored().data.sizeBytes,
  virtualSizeBytes: dataStored().data.virtualSizeBytes,
  checksum: dataStored().data.checksum,
  hashAlgorithm: dataStored().data.hashAlgorithm,
  hashValue: dataStored().data.hashValue,
};

export const createImage = (
  description: Partial<ImageDescription> = {},
  overrides: Overrides<'CreateImage'> = {},
): CommandNamed<'CreateImage'> => ({
  type: 'CreateImage',
  ...common,
  description: imageDescription(description),
  quotas: noQuotas,
  ...overrides,
});

export const changeImage = (
  changes: readonly ImageChange[],
  overrides: Overrides<'ChangeImage'> = {},
): CommandNamed<'ChangeImage'> => ({ type: 'ChangeImage', ...common, changes, quotas: noQuotas, ...overrides });

/** Back to the description of the builder, but for what is given. */
export const revertImage = (
  target: Partial<ImageDescription> = {},
  overrides: Overrides<'RevertImage'> = {},
): CommandNamed<'RevertImage'> => ({
  type: 'RevertImage',
  ...common,
  target: imageDescription(target),
  keeps: [],
  quotas: noQuotas,
  ...overrides,
});

export const setProperty = (
  name: string,
  value: string,
  when: 'any' | 'absent' | 'present' = 'any',
): Extract<ImageChange, { kind: 'set_property' }> => ({ kind: 'set_property', name, value, when });

export const removeProperty = (name: string): ImageChange => ({ kind: 'remove_property', name });

export const addTag = (tag: string, overrides: Overrides<'AddTag'> = {}): CommandNamed<'AddTag'> => ({
  type: 'AddTag',
  ...common,
  tag,
  quotas: noQuotas,
  ...overrides,
});

export const removeTag = (tag: string): CommandNamed<'RemoveTag'> => ({ type: 'RemoveTag', ...common, tag });

export const addMember = (memberId = MEMBER_ID, overrides: Overrides<'AddMember'> = {}): CommandNamed<'AddMember'> => ({
  type: 'AddMember',
  ...common,
  memberId,
  quotas: noQuotas,
  ...overrides,
});

export const setMemberStatus = (
  status: CommandNamed<'SetMemberStatus'>['status'],
  memberId = MEMBER_ID,
): CommandNamed<'SetMemberStatus'> => ({ type: 'SetMemberStatus', ...common, memberId, status });

export const removeMember = (memberId = MEMBER_ID): CommandNamed<'RemoveMember'> => ({
  type: 'RemoveMember',
  ...common,
  memberId,
});

export const startUpload = (uploadId = UPLOAD_ID): CommandNamed<'StartUpload'> => ({
  type: 'StartUpload',
  ...common,
  uploadId,
  store: 'local',
});

export const storeUploadedData = (
  overrides: Overrides<'StoreUploadedData'> = {},
): CommandNamed<'StoreUploadedData'> => ({
  type: 'StoreUploadedData',
  ...common,
  uploadId: UPLOAD_ID,
  ...storedData,
  ...overrides,
});

export const failUpload = (overrides: Overrides<'FailUpload'> = {}): CommandNamed<'FailUpload'> => ({
  type: 'FailUpload',
  ...common,
  uploadId: UPLOAD_ID,
  reason: 'the client went away',
  leaves: 'queued',
  ...overrides,
});

export const startStaging = (uploadId = UPLOAD_ID): CommandNamed<'StartStaging'> => ({
  type: 'StartStaging',
  ...common,
  uploadId,
});

export const completeStaging = (uploadId = UPLOAD_ID): CommandNamed<'CompleteStaging'> => ({
  type: 'CompleteStaging',
  ...common,
  uploadId,
  sizeBytes: 5,
});

export const failStaging = (uploadId = UPLOAD_ID): CommandNamed<'FailStaging'> => ({
  type: 'FailStaging',
  ...common,
  uploadId,
  reason: 'the client went away',
});

export const requestImport = (
  request: Partial<ImportRequest> = {},
  overrides: Overrides<'RequestImport'> = {},
): CommandNamed<'RequestImport'> => ({
  type: 'RequestImport',
  ...common,
  taskId: TASK_ID,
  request: importRequest(request),
  preempts: null,
  ...overrides,
});

export const startImport = (overrides: Overrides<'StartImport'> = {}): CommandNamed<'StartImport'> => ({
  type: 'StartImport',
  ...common,
  taskId: TASK_ID,
  stores: ['local'],
  ...overrides,
});

export const describeImport = (
  changes: CommandNamed<'DescribeImport'>['changes'],
  taskId = TASK_ID,
): CommandNamed<'DescribeImport'> => ({ type: 'DescribeImport', ...common, taskId, changes });

export const importToStore = (overrides: Overrides<'ImportToStore'> = {}): CommandNamed<'ImportToStore'> => ({
  type: 'ImportToStore',
  ...common,
  taskId: TASK_ID,
  activates: true,
  ...storedData,
  ...overrides,
});

export const failImportToStore = (store = 'local', taskId = TASK_ID): CommandNamed<'FailImportToStore'> => ({
  type: 'FailImportToStore',
  ...common,
  taskId,
  store,
  reason: 'the store is full',
});

export const revertImportToStore = (store = 'local', taskId = TASK_ID): CommandNamed<'RevertImportToStore'> => ({
  type: 'RevertImportToStore',
  ...common,
  taskId,
  store,
});

export const completeImport = (taskId = TASK_ID): CommandNamed<'CompleteImport'> => ({
  type: 'CompleteImport',
  ...common,
  taskId,
});

export const failImport = (overrides: Overrides<'FailImport'> = {}): CommandNamed<'FailImport'> => ({
  type: 'FailImport',
  ...common,
  taskId: TASK_ID,
  reason: 'the source is gone',
  failedStores: ['local'],
  ...overrides,
});

type AddedLocation = Partial<Omit<KnownData, 'location'> & { position: number | null; quotas: ImageQuotas }>;

/** Steps on the locations of an image; all stores weigh the same, and remove data, unless a test says otherwise. */
export const changeLocations = (
  changes: readonly LocationChange[],
  { quotas: limits = noQuotas, ...how }: Partial<ChangeImage['locations'] & { quotas: ImageQuotas }> = {},
): CommandNamed<'ChangeImage'> =>
  changeImage([], { quotas: limits, locations: { changes, weights: {}, keptStores: [], ...how } });

export const knownData = (location = imageLocation(), fields: Partial<KnownData> = {}): KnownData => ({
  location,
  sizeBytes: 5,
  digest: null,
  ...fields,
});

export const addLocation = (
  location = imageLocation(),
  { position = null, quotas: limits = noQuotas, ...fields }: AddedLocation = {},
): CommandNamed<'ChangeImage'> =>
  changeLocations([{ kind: 'add_location', position, data: knownData(location, fields) }], { quotas: limits });

export const replaceLocations = (...locations: readonly ImageLocation[]): CommandNamed<'ChangeImage'> =>
  changeLocations([{ kind: 'replace_locations', locations: locations.map((each) => knownData(each)) }]);

export const removeLocationAt = (position: number | null): CommandNamed<'ChangeImage'> =>
  changeLocations([{ kind: 'remove_location', position }]);

export const removeLocation = (url = imageLocation().url): CommandNamed<'RemoveLocation'> => ({
  type: 'RemoveLocation',
  ...common,
  url,
});

export const removeFromStore = (store = 'local', removesData = true): CommandNamed<'RemoveFromStore'> => ({
  type: 'RemoveFromStore',
  ...common,
  store,
  removesData,
});

export const completeLocationRemoval = (url = imageLocation().url): CommandNamed<'CompleteLocationRemoval'> => ({
  type: 'CompleteLocationRemoval',
  ...common,
  url,
});

export const undoLocationRemoval = (url = imageLocation().url): CommandNamed<'UndoLocationRemoval'> => ({
  type: 'UndoLocationRemoval',
  ...common,
  url,
});

export const requestLocationImport = (
  overrides: Overrides<'RequestLocationImport'> = {},
): CommandNamed<'RequestLocationImport'> => ({
  type: 'RequestLocationImport',
  ...common,
  taskId: TASK_ID,
  url: imageLocation().url,
  expected: null,
  hashes: true,
  ...overrides,
});

export const startLocationImport = (
  overrides: Overrides<'StartLocationImport'> = {},
): CommandNamed<'StartLocationImport'> => ({
  type: 'StartLocationImport',
  ...common,
  taskId: TASK_ID,
  location: imageLocation(),
  sizeBytes: 5,
  hashAlgorithm: 'sha512',
  ...overrides,
});

export const completeLocationImport = (
  overrides: Overrides<'CompleteLocationImport'> = {},
): CommandNamed<'CompleteLocationImport'> => ({
  type: 'CompleteLocationImport',
  ...common,
  taskId: TASK_ID,
  digest: { checksum: 'c'.repeat(32), hashAlgorithm: 'sha256', hashValue: 'd'.repeat(64) },
  ...overrides,
});

export const failLocationImport = (taskId = TASK_ID, keepsLocation = false): CommandNamed<'FailLocationImport'> => ({
  type: 'FailLocationImport',
  ...common,
  taskId,
  reason: 'the server is gone',
  keepsLocation,
});

export const deactivateImage: CommandNamed<'DeactivateImage'> = { type: 'DeactivateImage', ...common };
export const reactivateImage: CommandNamed<'ReactivateImage'> = { type: 'ReactivateImage', ...common };
export const deleteImage: CommandNamed<'DeleteImage'> = { type: 'DeleteImage', ...common, scrubAfter: null };
export const deleteImageLater: CommandNamed<'DeleteImage'> = {
  type: 'DeleteImage',
  ...common,
  scrubAfter: SCRUB_AFTER,
};
export const restoreImage: CommandNamed<'RestoreImage'> = { type: 'RestoreImage', ...common };
export const startScrubbing: CommandNamed<'StartScrubbing'> = { type: 'StartScrubbing', ...common };
export const scrubImage: CommandNamed<'ScrubImage'> = { type: 'ScrubImage', ...common };
