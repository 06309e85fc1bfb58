import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { FailUpload, StartUpload, StoreUploadedData } from './image.commands.js';
import {
  mustHaveFormats,
  mustHaveStatus,
  mustBeLive,
  mustHaveExisted,
  mustNotBeLocked,
  mustStillWantData,
} from './image-guards.js';
import type { ImageState } from './image-state.js';
import { withoutRefutedLocations } from './refuted-locations.js';
import { dataStored } from './stored-data.js';
import { supersededUpload } from './superseded-upload.js';

const isCurrentUpload = (uploadId: string, state: ImageState): boolean =>
  state.status === 'saving' && state.uploadId === uploadId;

export const startUpload = (command: StartUpload, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  mustHaveStatus(command, state, ['queued'], 'take an upload');
  mustNotBeLocked(command, state);
  mustHaveFormats(command, state);
  const { uploadId, store } = command;
  const started: ImageEvent = { type: 'ImageUploadStarted', schemaVersion: 1, data: { uploadId, store } };
  return [...withoutRefutedLocations(state), started];
};

export const storeUploadedData = (command: StoreUploadedData, state: ImageState): ImageEvent[] => {
  mustStillWantData(command, state);
  const { imageId, uploadId } = command;
  if (!isCurrentUpload(uploadId, state)) throw supersededUpload(imageId, uploadId);
  return [dataStored(uploadId, command)];
};

/** Whoever lost its claim has nothing left to fail: the client and the scrubber may both report the same failure. */
export const failUpload = (command: FailUpload, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  const { uploadId, reason, leaves } = command;
  if (!isCurrentUpload(uploadId, state)) return [];
  return [{ type: 'ImageUploadFailed', schemaVersion: 1, data: { uploadId, reason, status: leaves } }];
};
