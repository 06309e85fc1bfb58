import type { ImageEvent } from '../../../events/contracts/image-events.js';
import type { ImageState, ImportState } from './image-state.js';
import { withoutData, withoutLocation } from './image-transitions.js';

type DataOf<Type extends ImageEvent['type']> = Extract<ImageEvent, { type: Type }>['data'];

export const withRequestedImport = (state: ImageState, requested: DataOf<'ImageImportRequested'>): ImageState => {
  const { status, name, diskFormat, containerFormat, minDiskGb, minRamMb, properties } = state;
  const before = { status, name, diskFormat, containerFormat, minDiskGb, minRamMb, properties };
  return { ...state, import: { ...requested, pendingStores: null, added: [], before } };
};

export const withStartedImport = (state: ImageState, { stores }: DataOf<'ImageImportStarted'>): ImageState => ({
  ...withImport(state, () => ({ pendingStores: stores })),
  status: state.status === 'active' ? 'active' : 'importing',
});

/** What is known of the data stays: every store has the same. */
export const withImportedData = (state: ImageState, stored: DataOf<'ImageImportedToStore'>): ImageState => {
  const { location, sizeBytes, checksum, hashAlgorithm, hashValue } = stored;
  const imported = withImport(state, ({ added }) => ({ added: [...added, location] }));
  return {
    ...withoutPendingStore(imported, location.store),
    locations: [...state.locations, location],
    sizeBytes,
    digest: { hashAlgorithm, hashValue, ...state.digest, checksum: state.digest?.checksum ?? checksum },
  };
};

export const withoutPendingStore = (state: ImageState, store: string): ImageState =>
  withImport(state, ({ pendingStores }) => ({ pendingStores: pendingStores?.filter((it) => it !== store) ?? null }));

/** An image that loses the only data that its import has brought has none. */
export const withRevertedImport = (state: ImageState, { url }: DataOf<'ImageImportToStoreReverted'>): ImageState => {
  const remaining = withoutLocation(state, url);
  return remaining.locations.length === 0 ? { ...remaining, sizeBytes: null, digest: null } : remaining;
};

export const withoutImport = (state: ImageState, { status }: DataOf<'ImageImportFailed'>): ImageState => ({
  ...(status === 'queued' ? withoutData(state, status) : { ...state, status }),
  import: null,
});

const withImport = (state: ImageState, change: (current: ImportState) => Partial<ImportState>): ImageState =>
  state.import === null ? state : { ...state, import: { ...state.import, ...change(state.import) } };
