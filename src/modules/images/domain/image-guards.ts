import {
  ImageFormatMissing,
  ImageGone,
  ImageImportConflict,
  ImageNotFound,
  ImageStatusConflict,
} from './image.errors.js';
import type { ImageState } from './image-state.js';

/** The part of a command that names its image. */
export type ForImage = Readonly<{ imageId: string }>;

/** The one refusal for what does not exist, does not exist any more, or is not for the caller to see. */
export const imageNotFound = (imageId: string): ImageNotFound =>
  new ImageNotFound(`No image found with ID ${imageId}`, { imageId });

export const isDeleted = ({ status }: ImageState): boolean => status === 'deleted' || status === 'pending_delete';

/** @throws ImageNotFound when there never was such an image */
export const mustHaveExisted = ({ imageId }: ForImage, state: ImageState): void => {
  if (state.status === 'absent') throw imageNotFound(imageId);
};

/** @throws ImageNotFound when there is no such image for clients */
export const mustBeLive = ({ imageId }: ForImage, state: ImageState): void => {
  mustHaveExisted({ imageId }, state);
  if (isDeleted(state)) throw imageNotFound(imageId);
};

/** @throws ImageGone when the image was deleted while its data was on the way */
export const mustStillWantData = ({ imageId }: ForImage, state: ImageState): void => {
  mustHaveExisted({ imageId }, state);
  if (isDeleted(state)) throw new ImageGone(`Image ${imageId} was deleted while its data was on the way.`, { imageId });
};

/**
 * @param action completes the sentence "Image ... cannot ..."
 * @throws ImageStatusConflict in any other status than the allowed ones
 */
export const mustHaveStatus = (
  { imageId }: ForImage,
  { status }: ImageState,
  allowed: readonly ImageState['status'][],
  action: string,
): void => {
  if (allowed.includes(status)) return;
  throw new ImageStatusConflict(`Image ${imageId} cannot ${action} while its status is ${status}.`, {
    imageId,
    status,
  });
};

/** The task that holds the image's lock; null when it is free. */
export const lockHolder = ({ import: current, locationImport }: ImageState): string | null =>
  (current ?? locationImport)?.taskId ?? null;

/** @throws ImageImportConflict while a task holds the image's lock */
export const mustNotBeLocked = ({ imageId }: ForImage, state: ImageState): void => {
  const taskId = lockHolder(state);
  if (taskId === null) return;
  throw new ImageImportConflict(`Image ${imageId} has active task ${taskId}.`, { imageId, taskId });
};

/** The formats that data needs and the image does not have, by their names in the API. */
export const missingFormats = ({ containerFormat, diskFormat }: ImageState): readonly string[] => [
  ...(containerFormat === null ? ['container_format'] : []),
  ...(diskFormat === null ? ['disk_format'] : []),
];

/** @throws ImageFormatMissing when it is not known what the data of the image would be */
export const mustHaveFormats = ({ imageId }: ForImage, state: ImageState): void => {
  const missing = missingFormats(state);
  if (missing.length === 0) return;
  throw new ImageFormatMissing(`Image ${imageId} cannot have data before these are set: ${missing.join(', ')}.`, {
    imageId,
    missing,
  });
};
