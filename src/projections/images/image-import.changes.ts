import type { Changes } from './image-change.js';
import { noData, withoutData, withoutLocation, withStoredData } from './image-data.changes.js';

type ImportEvent =
  | 'ImageImportRequested'
  | 'ImageImportStarted'
  | 'ImageImportedToStore'
  | 'ImageImportToStoreFailed'
  | 'ImageImportToStoreReverted'
  | 'ImageImportActivated'
  | 'ImageImportCompleted'
  | 'ImageImportFailed';

/** What an import changes: the data, and which stores are still to get it or did not. */
export const importChanges: Pick<Changes, ImportEvent> = {
  ImageImportRequested: ({ taskId }) => ({ importTaskId: taskId }),
  ImageImportStarted: ({ stores }, { document }) => ({
    status: document.status === 'active' ? 'active' : 'importing',
    importingStores: sorted(stores),
    failedStores: without(document.failedStores, stores),
  }),
  ImageImportedToStore: (stored, { document }) => ({
    ...withStoredData(document, stored),
    importingStores: without(document.importingStores, [stored.location.store]),
    failedStores: without(document.failedStores, [stored.location.store]),
  }),
  ImageImportToStoreFailed: ({ store }, { document }) => ({
    importingStores: without(document.importingStores, [store]),
    failedStores: withAdded(document.failedStores, [store]),
  }),
  ImageImportToStoreReverted: ({ url }, { document }) => {
    const remaining = withoutLocation(document, url);
    return remaining.locations.length === 0 ? { ...remaining, ...noData } : remaining;
  },
  ImageImportActivated: () => ({ status: 'active' }),
  ImageImportCompleted: () => ({ importTaskId: null, importingStores: [] }),
  ImageImportFailed: ({ status, failedStores }, { document }) => ({
    ...(status === 'queued' ? withoutData : { status }),
    importTaskId: null,
    importingStores: [],
    failedStores: withAdded(document.failedStores, failedStores),
  }),
};

const sorted = (stores: Iterable<string>): readonly string[] => [...new Set(stores)].toSorted();

const withAdded = (stores: readonly string[] | null, added: readonly string[]): readonly string[] =>
  sorted([...(stores ?? []), ...added]);

const without = (stores: readonly string[] | null, removed: readonly string[]): readonly string[] =>
  (stores ?? []).filter((store) => !removed.includes(store));
