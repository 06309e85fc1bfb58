import type { ImageEvent, ImageLocation } from '../../../events/contracts/image-events.js';
import type { AddLocation, ChangeLocationMetadata, RemoveLocation } from './image.commands.js';
import { ImageLastLocation, ImageLocationInvalid } from './image.errors.js';
import type { ForImage } from './image-guards.js';
import { mustBeLive, mustHaveFormats, mustHaveStatus, mustNotBeLocked } from './image-guards.js';
import { mustFitQuota } from './image-quotas.js';
import type { ImageState } from './image-state.js';
import { sameJson } from '../../../kernel/json-equality.js';

export const addLocation = (command: AddLocation, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  mustHaveStatus(command, state, ['queued', 'active'], 'get a location');
  mustNotBeLocked(command, state);
  mustHaveFormats(command, state);
  const { location, sizeBytes, quotas } = command;
  mustBeNew(command, location, state.locations);
  mustFitQuota('locations', state.locations.length + 1, quotas);
  return [{ type: 'ImageLocationAdded', schemaVersion: 1, data: { location, sizeBytes } }];
};

export const removeLocation = (command: RemoveLocation, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  mustHaveStatus(command, state, ['active'], 'lose a location');
  const { imageId, url } = command;
  if (state.locations.length === 1) {
    throw new ImageLastLocation(`The only location of image ${imageId} cannot be removed.`, { imageId });
  }
  knownLocation(command, state);
  return [{ type: 'ImageLocationRemoved', schemaVersion: 1, data: { url } }];
};

export const changeLocationMetadata = (command: ChangeLocationMetadata, state: ImageState): ImageEvent[] => {
  mustBeLive(command, state);
  mustHaveStatus(command, state, ['active'], 'change a location');
  const { url, metadata } = command;
  const current = knownLocation(command, state);
  if (sameJson(current.metadata, metadata)) return [];
  mustBeNew(command, { url, metadata }, state.locations);
  return [{ type: 'ImageLocationMetadataChanged', schemaVersion: 1, data: { url, metadata: { ...metadata } } }];
};

/** One URL may stand there twice with different metadata; a command that names a URL means the first. */
const knownLocation = (command: ForImage & Readonly<{ url: string }>, state: ImageState): ImageLocation => {
  const location = state.locations.find(({ url }) => url === command.url);
  if (location !== undefined) return location;
  const { imageId } = command;
  throw new ImageLocationInvalid(`Image ${imageId} has no such location.`, { imageId });
};

const mustBeNew = (
  { imageId }: ForImage,
  { url, metadata }: Pick<AddLocation['location'], 'url'> & Pick<ChangeLocationMetadata, 'metadata'>,
  locations: readonly ImageLocation[],
): void => {
  if (!locations.some((known) => known.url === url && sameJson(known.metadata, metadata))) return;
  throw new ImageLocationInvalid(`Image ${imageId} has the same location already.`, { imageId });
};
