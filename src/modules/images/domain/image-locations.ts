import type { ImageEvent, ImageLocation } from '../../../events/contracts/image-events.js';
import type {
  CompleteLocationRemoval,
  RemoveFromStore,
  RemoveLocation,
  UndoLocationRemoval,
} from './image.commands.js';
import { ImageLastLocation, ImageLocationInvalid, ImageNotInStore } from './image.errors.js';
import type { ForImage } from './image-guards.js';
import { mustBeLive, mustHaveExisted, mustHaveStatus } from './image-guards.js';
import type { ImageState } from './image-state.js';

export const removeLocation = (command: RemoveLocation, state: ImageState): ImageEvent[] => {
  mustBeReducible(command, state);
  const { imageId, url } = command;
  if (state.locations.some((location) => location.url === url)) {
    return [{ type: 'ImageLocationRemoved', schemaVersion: 1, data: { url } }];
  }
  throw new ImageLocationInvalid(`Image ${imageId} has no such location.`, { imageId });
};

export const removeFromStore = (command: RemoveFromStore, state: ImageState): ImageEvent[] => {
  mustBeReducible(command, state);
  const { imageId, store, removesData } = command;
  const position = state.locations.findIndex((location) => location.store === store);
  if (position >= 0) return [removedAt(position, state, removesData)];
  throw new ImageNotInStore(`Image ${imageId} has no data in store ${store}.`, { imageId, store });
};

/** @throws ImageNotFound, ImageStatusConflict, ImageLastLocation: an active image keeps its data */
export const mustBeReducible = (command: ForImage, state: ImageState): void => {
  mustBeLive(command, state);
  mustHaveStatus(command, state, ['active'], 'lose a location');
  if (state.locations.length > 1) return;
  const { imageId } = command;
  throw new ImageLastLocation(`The only location of image ${imageId} cannot be removed.`, { imageId });
};

/** Bytes that stand there under another entry, too, stay. */
export const removedAt = (position: number, { locations }: ImageState, removesData: boolean): ImageEvent => {
  const { url } = locations[position] as ImageLocation;
  const isNeeded = locations.filter((location) => location.url === url).length > 1;
  const data = { url, position, ...(removesData && !isNeeded && { removesData: true }) };
  return { type: 'ImageLocationRemoved', schemaVersion: 1, data };
};

export const completeLocationRemoval = (command: CompleteLocationRemoval, state: ImageState): ImageEvent[] =>
  isBeingRemoved(command, state)
    ? [{ type: 'ImageLocationDataRemoved', schemaVersion: 1, data: { url: command.url } }]
    : [];

/** What a deleted image has, the scrubber tries to remove. */
export const undoLocationRemoval = (command: UndoLocationRemoval, state: ImageState): ImageEvent[] =>
  isBeingRemoved(command, state)
    ? [{ type: 'ImageLocationDataKept', schemaVersion: 1, data: { url: command.url } }]
    : [];

const isBeingRemoved = (command: CompleteLocationRemoval | UndoLocationRemoval, state: ImageState): boolean => {
  mustHaveExisted(command, state);
  return state.removing.some(({ url }) => url === command.url);
};
