import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { CompleteImport, FailImport, StartImport } from './image.commands.js';
import { ImageStatusConflict } from './image.errors.js';
import { mustBeLive, mustHaveFormats, mustHaveStatus, mustHaveExisted, mustStillWantData } from './image-guards.js';
import type { ImageState } from './image-state.js';
import { dataStored } from './stored-data.js';
import { supersededUpload } from './superseded-upload.js';

const isCurrentImport = (taskId: string, state: ImageState): boolean =>
  state.status === 'importing' && state.taskId === taskId;

/** A task that is run again after a crash finds its import started: nothing happens. */
export const startImport = (command: StartImport, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  if (isCurrentImport(command.taskId, state)) return [];
  mustBeImportable(command, state);
  mustHaveFormats(command, state);
  return [{ type: 'ImageImportStarted', schemaVersion: 1, data: { taskId: command.taskId } }];
};

const mustBeImportable = (command: StartImport, state: ImageState): void => {
  switch (command.source) {
    case 'fetched':
      mustHaveStatus(command, state, ['queued'], 'be imported');
      return;
    case 'staged':
      mustHaveStatus(command, state, ['uploading'], 'be imported from staged data');
      mustBeStaged(command, state);
      return;
  }
};

const mustBeStaged = ({ imageId }: StartImport, { status, uploadId }: ImageState): void => {
  if (uploadId === null) return;
  throw new ImageStatusConflict(`Image ${imageId} cannot be imported while its data is still being staged.`, {
    imageId,
    status,
  });
};

/** Formats are asked for once more: while importing they can still be changed, and even be taken away. */
export const completeImport = (command: CompleteImport, state: ImageState): ImageEvent[] => {
  mustStillWantData(command, state);
  const { imageId, taskId } = command;
  if (!isCurrentImport(taskId, state)) throw supersededUpload(imageId, taskId);
  mustHaveFormats(command, state);
  return [dataStored(taskId, command)];
};

export const failImport = (command: FailImport, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  const { taskId, reason } = command;
  if (!isCurrentImport(taskId, state)) return [];
  return [{ type: 'ImageImportFailed', schemaVersion: 1, data: { taskId, reason } }];
};
