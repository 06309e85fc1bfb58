import type { ImageDigest, ImageEvent, ImageLocation } from '../../../events/contracts/image-events.js';
import type { ChangeImage, KnownData, LocationChange } from './image.commands.js';
import { ImageDataMismatch, ImageImportConflict, ImageLocationInvalid, ImageLocationsNeeded } from './image.errors.js';
import { evolveImage } from './image.evolve.js';
import { mustHaveFormats, mustHaveStatus, mustNotBeLocked } from './image-guards.js';
import { mustBeReducible, removedAt } from './image-locations.js';
import { mustFitQuota } from './image-quotas.js';
import { withoutRefutedLocations } from './refuted-locations.js';
import type { ImageState } from './image-state.js';
import { sameJson } from '../../../kernel/json-equality.js';
import { inShownOrder } from './location-order.js';

/** A change of locations: who, what, and how stores are ordered. */
type Changing = Pick<ChangeImage, 'imageId' | 'quotas'> & NonNullable<ChangeImage['locations']>;

/**
 * Takes the steps one after the other, each on what the one before has left.
 * @throws ImageStatusConflict, ImageImportConflict, ImageFormatMissing, ImageLocationInvalid, ImageQuotaExceeded,
 *   ImageDataMismatch, ImageLastLocation, ImageLocationsNeeded
 */
export const changedLocations = (command: Changing, state: ImageState): ImageEvent[] => {
  const events: ImageEvent[] = [];
  let draft = state;
  for (const change of command.changes) {
    const made = stepOf(change, command, draft);
    events.push(...made);
    draft = made.reduce(evolveImage, draft);
  }
  return events;
};

const stepOf = (change: LocationChange, command: Changing, state: ImageState): readonly ImageEvent[] => {
  switch (change.kind) {
    case 'add_location':
      return addedTo(withoutRefutedLocations(state), change, command, state);
    case 'replace_locations':
      return replaced(change.locations, command, state);
    case 'remove_location':
      return [removed(change.position, command, state)];
  }
};

/** @param refuted what the image only names, and does so no longer */
const addedTo = (
  refuted: readonly ImageEvent[],
  { data, position }: Extract<LocationChange, { kind: 'add_location' }>,
  command: Changing,
  state: ImageState,
): readonly ImageEvent[] => {
  const remaining = refuted.reduce(evolveImage, state);
  return [...refuted, added(data, storedPosition(position, command, remaining), command, remaining)];
};

const added = (data: KnownData, position: number | null, command: Changing, state: ImageState): ImageEvent => {
  mustTakeData(command, state);
  mustHaveFormats(command, state);
  const { location, sizeBytes, digest } = data;
  mustBeNew(command, location, state.locations);
  mustBeFree(command, location, state);
  mustFitQuota('locations', state.locations.length + 1, command.quotas);
  mustAgree(command, digest, state);
  return {
    type: 'ImageLocationAdded',
    schemaVersion: 1,
    data: { location, sizeBytes, ...(digest !== null && { digest }), ...(position !== null && { position }) },
  };
};

/** @throws ImageStatusConflict, ImageImportConflict */
export const mustTakeData = (command: Pick<Changing, 'imageId'>, state: ImageState): void => {
  mustHaveStatus(command, state, ['queued', 'active'], 'get a location');
  mustNotBeLocked(command, state);
};

/** Where a shown place is among the stored ones; null behind the last. */
const storedPosition = (position: number | null, { weights }: Changing, { locations }: ImageState): number | null => {
  const next = position === null ? undefined : inShownOrder(locations, weights)[position];
  return next === undefined ? null : locations.indexOf(next);
};

const removed = (position: number | null, command: Changing, state: ImageState): ImageEvent => {
  mustBeReducible(command, state);
  const location = inShownOrder(state.locations, command.weights).at(position ?? -1);
  if (location === undefined) throw invalid(command, 'Invalid position for removing a location.');
  const removesData = !command.keptStores.includes(location.store);
  return removedAt(state.locations.indexOf(location), state, removesData);
};

const replaced = (wanted: readonly KnownData[], command: Changing, state: ImageState): readonly ImageEvent[] => {
  mustTakeData(command, state);
  if (wanted.length === 0) throw new ImageLocationsNeeded('Cannot set locations to empty list.');
  if (state.locations.length === 0) {
    const changes = wanted.map((data) => ({ kind: 'add_location', position: null, data }) as const);
    return changedLocations({ ...command, changes }, state);
  }
  const locations = rearranged(wanted, command, state);
  for (const { digest } of wanted) mustAgree(command, digest, state);
  if (sameJson(locations, state.locations)) return [];
  return [{ type: 'ImageLocationsRearranged', schemaVersion: 1, data: { locations } }];
};

/** The stored locations with the metadata, and in the order, that are wanted. */
const rearranged = (wanted: readonly KnownData[], command: Changing, state: ImageState): ImageLocation[] => {
  const left = [...state.locations];
  const locations = wanted.map(({ location: { url, metadata } }) => {
    const index = left.findIndex((known) => known.url === url);
    const [known] = index < 0 ? [] : left.splice(index, 1);
    if (known === undefined) throw notTheSame(command);
    return { ...known, metadata };
  });
  if (left.length > 0) throw notTheSame(command);
  for (const [index, location] of locations.entries()) mustBeNew(command, location, locations.slice(0, index));
  return locations;
};

const mustBeNew = (command: Changing, { url, metadata }: ImageLocation, known: readonly ImageLocation[]): void => {
  if (!known.some((other) => other.url === url && sameJson(other.metadata, metadata))) return;
  throw invalid(command, `Image ${command.imageId} has the same location already.`);
};

/** Bytes that are about to go away are no data for anybody. */
const mustBeFree = ({ imageId }: Changing, { url }: ImageLocation, { removing }: ImageState): void => {
  if (!removing.some((location) => location.url === url)) return;
  throw new ImageImportConflict(`The data that image ${imageId} had there is being removed.`, { imageId });
};

/** All locations hold the same data: what is said of one is said of all. */
const mustAgree = ({ imageId }: Changing, said: ImageDigest | null, { status, digest }: ImageState): void => {
  if (said === null || (digest !== null && sameDigest(said, digest))) return;
  if (digest === null && status === 'queued') return;
  throw new ImageDataMismatch(`The validation data is not that of the data of image ${imageId}.`, { imageId });
};

const sameDigest = (said: ImageDigest, known: ImageDigest): boolean =>
  (said.checksum === null || said.checksum === known.checksum) &&
  said.hashAlgorithm === known.hashAlgorithm &&
  said.hashValue === known.hashValue;

const notTheSame = (command: Changing): ImageLocationInvalid =>
  invalid(command, 'The locations of an image can be replaced by the same ones only.');

const invalid = ({ imageId }: Changing, message: string): ImageLocationInvalid =>
  new ImageLocationInvalid(message, { imageId });
