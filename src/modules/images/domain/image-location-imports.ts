import type { ImageEvent, ImageLocation } from '../../../events/contracts/image-events.js';
import type {
  CompleteLocationImport,
  FailLocationImport,
  RequestLocationImport,
  StartLocationImport,
} from './image.commands.js';
import { ImageDataMismatch } from './image.errors.js';
import {
  isDeleted,
  mustBeLive,
  mustHaveExisted,
  mustHaveFormats,
  mustHaveStatus,
  mustNotBeLocked,
  mustStillWantData,
} from './image-guards.js';
import type { ForImage } from './image-guards.js';
import type { ImageState, LocationImportState } from './image-state.js';
import { withoutRefutedLocations } from './refuted-locations.js';
import { supersededUpload } from './superseded-upload.js';

export const requestLocationImport = (command: RequestLocationImport, state: ImageState): ImageEvent[] => {
  const { taskId, url, expected, hashes } = command;
  mustBeLive(command, state);
  if (state.locationImport?.taskId === taskId) return [];
  mustHaveStatus(command, state, ['queued'], 'get a location');
  mustNotBeLocked(command, state);
  return [{ type: 'ImageLocationImportRequested', schemaVersion: 1, data: { taskId, url, expected, hashes } }];
};

/** A task that is run again after a crash finds its registration started: nothing happens. */
export const startLocationImport = (command: StartLocationImport, state: ImageState): ImageEvent[] => {
  const current = lockedImport(command, state);
  if (current.location !== null) return [];
  mustHaveStatus(command, state, ['queued'], 'get a location');
  mustHaveFormats(command, state);
  const { taskId, location, sizeBytes } = command;
  const refuted = withoutRefutedLocations(state);
  if (!current.hashes) return [...refuted, locationAdded(command, current), completed(taskId)];
  if (current.expected === null) return [...refuted, locationAdded(command, current)];
  const data = { taskId, location, sizeBytes };
  return [...refuted, { type: 'ImageLocationVerificationStarted', schemaVersion: 1, data }];
};

const locationAdded = (
  { taskId, location, sizeBytes, hashAlgorithm }: StartLocationImport,
  { hashes, expected }: LocationImportState,
): ImageEvent => ({
  type: 'ImageLocationAdded',
  schemaVersion: 1,
  data: {
    location,
    sizeBytes,
    taskId,
    ...(hashes && { hashAlgorithm }),
    ...(!hashes && expected !== null && { digest: { checksum: null, ...expected } }),
  },
});

export const completeLocationImport = (command: CompleteLocationImport, state: ImageState): ImageEvent[] => {
  const { expected } = lockedImport(command, state);
  mustHaveStatus(command, state, ['importing', 'active', 'deactivated'], 'complete its registration');
  mustHaveFormats(command, state); // clients can take them away while the data is compared
  const { imageId, taskId, digest } = command;
  if (expected !== null && expected.hashValue !== digest.hashValue)
    throw new ImageDataMismatch(`The data does not have the ${expected.hashAlgorithm} hash that was given.`, {
      imageId,
    });
  return [{ type: 'ImageLocationImportCompleted', schemaVersion: 1, data: { taskId, digest } }];
};

const completed = (taskId: string): ImageEvent => ({
  type: 'ImageLocationImportCompleted',
  schemaVersion: 1,
  data: { taskId },
});

export const failLocationImport = (command: FailLocationImport, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  if (state.locationImport?.taskId !== command.taskId || isDeleted(state)) return [];
  const { status } = state;
  if (status === 'active' || status === 'deactivated') return [locationImportFailed(command, status)];
  return [locationImportFailed(command, 'queued', command.keepsLocation && unneededLocation(state) !== null)];
};

/** @param status of the image afterwards */
export const locationImportFailed = (
  { taskId, reason }: Pick<FailLocationImport, 'taskId' | 'reason'>,
  status: 'queued' | 'active' | 'deactivated',
  keepsLocation = false,
): ImageEvent => ({
  type: 'ImageLocationImportFailed',
  schemaVersion: 1,
  data: { taskId, reason, status, ...(keepsLocation && { keepsLocation }) },
});

/** @throws ImageNotFound, ImageGone, ImageUploadSuperseded when the task does not hold the image's lock */
const lockedImport = (command: ForImage & Readonly<{ taskId: string }>, state: ImageState): LocationImportState => {
  mustStillWantData(command, state);
  const { imageId, taskId } = command;
  if (state.locationImport?.taskId !== taskId) throw supersededUpload(imageId, taskId);
  return state.locationImport;
};

/** What the registration has found and a failure makes nobody's again. */
export const unneededLocation = ({ status, locationImport }: ImageState): ImageLocation | null =>
  status === 'importing' ? (locationImport?.location ?? null) : null;
