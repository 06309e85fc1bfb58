import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { FailImportToStore, ImportToStore, RevertImportToStore } from './image.commands.js';
import { ImageImportConflict, ImageLocationInvalid } from './image.errors.js';
import { mustHaveFormats } from './image-guards.js';
import { runningImport } from './image-import-guards.js';
import type { ImageState } from './image-state.js';

/** Formats are asked for once more: while importing they can still be changed, and even be taken away. */
export const importToStore = (command: ImportToStore, state: ImageState): ImageEvent[] => {
  const { added } = runningImport(command, state);
  mustHaveFormats(command, state);
  const isAdded = added.some(({ store }) => store === command.location.store);
  return [...(isAdded ? [] : [importedToStore(command, state)]), ...activated(command, state)];
};

const importedToStore = (command: ImportToStore, state: ImageState): ImageEvent => {
  mustBeNewLocation(command, state);
  mustBeSameData(command, state);
  const { taskId, location, sizeBytes, virtualSizeBytes, checksum, hashAlgorithm, hashValue } = command;
  return {
    type: 'ImageImportedToStore',
    schemaVersion: 1,
    data: { taskId, location, sizeBytes, virtualSizeBytes, checksum, hashAlgorithm, hashValue },
  };
};

const mustBeNewLocation = ({ imageId, location }: ImportToStore, { locations }: ImageState): void => {
  if (!locations.some(({ url }) => url === location.url)) return;
  throw new ImageLocationInvalid(`Image ${imageId} has the same location already.`, { imageId });
};

/** All locations of an image hold the same data. */
const mustBeSameData = (command: ImportToStore, { locations, sizeBytes, digest }: ImageState): void => {
  if (locations.length === 0) return;
  const sameSize = sizeBytes === null || sizeBytes === command.sizeBytes;
  const sameChecksum = (digest?.checksum ?? null) === null || digest?.checksum === command.checksum;
  const sameHash = digest?.hashAlgorithm !== command.hashAlgorithm || digest.hashValue === command.hashValue;
  if (sameSize && sameChecksum && sameHash) return;
  const { imageId, location } = command;
  throw new ImageImportConflict(`The data that came to store ${location.store} is not the data of image ${imageId}.`, {
    imageId,
    store: location.store,
  });
};

const activated = ({ taskId, activates }: ImportToStore, { status }: ImageState): ImageEvent[] =>
  activates && status === 'importing' ? [{ type: 'ImageImportActivated', schemaVersion: 1, data: { taskId } }] : [];

export const failImportToStore = (command: FailImportToStore, state: ImageState): ImageEvent[] => {
  const { taskId, store, reason } = command;
  if (!runningImport(command, state).pendingStores.includes(store)) return [];
  return [{ type: 'ImageImportToStoreFailed', schemaVersion: 1, data: { taskId, store, reason } }];
};

export const revertImportToStore = (command: RevertImportToStore, state: ImageState): ImageEvent[] => {
  const { taskId, store } = command;
  const location = runningImport(command, state).added.find((added) => added.store === store);
  if (location === undefined || isNeeded(state)) return [];
  return [{ type: 'ImageImportToStoreReverted', schemaVersion: 1, data: { taskId, store, url: location.url } }];
};

/** Whether clients rely on what the import has brought: it has made the image active, or is the last data that is left. */
const isNeeded = ({ status, import: current, locations }: ImageState): boolean =>
  status !== 'importing' && (current?.before.status !== 'active' || locations.length === 1);
