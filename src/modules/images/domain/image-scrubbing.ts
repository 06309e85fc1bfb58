import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { RestoreImage, ScrubImage, StartScrubbing } from './image.commands.js';
import { ImageStatusConflict } from './image.errors.js';
import { lockHolder, mustHaveExisted, mustHaveStatus } from './image-guards.js';
import { importFailed } from './import-failure.js';
import { locationImportFailed } from './image-location-imports.js';
import type { ImageState } from './image-state.js';

/** The task of an import that was cut off by the deletion has ended meanwhile, or will find that its lock is gone. */
export const restoreImage = (command: RestoreImage, state: ImageState): ImageEvent[] => {
  mustHaveExisted(command, state);
  mustBeRestorable(command, state);
  return [{ type: 'ImageRestored', schemaVersion: 1, data: {} }, ...endOfLock(state)];
};

const endOfLock = ({ import: current, locationImport }: ImageState): readonly ImageEvent[] => {
  const reason = 'The image was deleted';
  if (locationImport !== null) return [locationImportFailed({ taskId: locationImport.taskId, reason }, 'active')];
  if (current === null) return [];
  const { taskId, pendingStores } = current;
  return [importFailed({ taskId, reason, failedStores: pendingStores ?? [] }, 'active')];
};

const mustBeRestorable = ({ imageId }: RestoreImage, { status, scrubbing }: ImageState): void => {
  if (status !== 'pending_delete') {
    const message = `cannot restore the image from ${status} to active (wanted from_state=pending_delete)`;
    throw new ImageStatusConflict(message, { imageId, status });
  }
  if (!scrubbing) return;
  throw new ImageStatusConflict(`Image ${imageId} cannot be restored: its data is being scrubbed.`, {
    imageId,
    status,
  });
};

export const startScrubbing = (command: StartScrubbing, state: ImageState): ImageEvent[] => {
  mustBeScrubbable(command, state);
  if (state.scrubbing || isScrubbed(state)) return [];
  return [{ type: 'ImageScrubbingStarted', schemaVersion: 1, data: {} }];
};

export const scrubImage = (command: ScrubImage, state: ImageState): ImageEvent[] => {
  mustBeScrubbable(command, state);
  if (isScrubbed(state)) return [];
  return [{ type: 'ImageScrubbed', schemaVersion: 1, data: { scrubbedAt: command.now } }];
};

const mustBeScrubbable = (command: StartScrubbing | ScrubImage, state: ImageState): void => {
  mustHaveExisted(command, state);
  mustHaveStatus(command, state, ['pending_delete', 'deleted'], 'be scrubbed');
};

/** Whether no bytes are known of: they are scrubbed, or there never were any. */
const isScrubbed = (state: ImageState): boolean =>
  state.status === 'deleted' &&
  [...state.locations, ...state.removing].length === 0 &&
  state.uploadId === null &&
  lockHolder(state) === null;
