import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { CompleteStaging, FailStaging, StartStaging } from './image.commands.js';
import { mustBeLive, mustHaveStatus, mustHaveExisted, mustNotBeLocked, mustStillWantData } from './image-guards.js';
import type { ImageState } from './image-state.js';
import { withoutRefutedLocations } from './refuted-locations.js';
import { supersededUpload } from './superseded-upload.js';

const isCurrentStaging = (uploadId: string, state: ImageState): boolean =>
  state.status === 'uploading' && state.uploadId === uploadId;

/** Formats are not asked for yet: clients may stage first. The import asks. */
export const startStaging = (command: StartStaging, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  mustHaveStatus(command, state, ['queued'], 'be staged');
  mustNotBeLocked(command, state);
  const { uploadId } = command;
  return [...withoutRefutedLocations(state), { type: 'ImageStagingStarted', schemaVersion: 1, data: { uploadId } }];
};

export const completeStaging = (command: CompleteStaging, state: ImageState): ImageEvent[] => {
  mustStillWantData(command, state);
  const { imageId, uploadId, sizeBytes } = command;
  if (!isCurrentStaging(uploadId, state)) throw supersededUpload(imageId, uploadId);
  return [{ type: 'ImageDataStaged', schemaVersion: 1, data: { uploadId, sizeBytes } }];
};

export const failStaging = (command: FailStaging, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  const { uploadId, reason } = command;
  if (!isCurrentStaging(uploadId, state)) return [];
  return [{ type: 'ImageStagingFailed', schemaVersion: 1, data: { uploadId, reason } }];
};
