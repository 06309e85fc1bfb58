import { ImageStatusConflict } from './image.errors.js';
import type { ForImage } from './image-guards.js';
import { mustStillWantData } from './image-guards.js';
import type { ImageState, ImportState } from './image-state.js';
import { supersededUpload } from './superseded-upload.js';

/** A command of a task that imports. */
type OfImport = ForImage & Readonly<{ taskId: string }>;

/**
 * The import of this task, which holds the image's lock.
 * @throws ImageNotFound, ImageGone, ImageUploadSuperseded
 */
export const lockedImport = (command: OfImport, state: ImageState): ImportState => {
  mustStillWantData(command, state);
  const { imageId, taskId } = command;
  if (state.import?.taskId !== taskId) throw supersededUpload(imageId, taskId);
  return state.import;
};

type RunningImport = ImportState & Readonly<{ pendingStores: readonly string[] }>;

/**
 * The import of this task, which has started.
 * @throws ImageNotFound, ImageGone, ImageUploadSuperseded, ImageStatusConflict
 */
export const runningImport = (command: OfImport, state: ImageState): RunningImport => {
  const current = lockedImport(command, state);
  if (current.pendingStores !== null) return { ...current, pendingStores: current.pendingStores };
  const { imageId, taskId } = command;
  throw new ImageStatusConflict(`Import ${taskId} of image ${imageId} has not started.`, {
    imageId,
    status: state.status,
  });
};
