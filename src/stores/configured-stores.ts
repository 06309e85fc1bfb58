import type { AppConfig, StoreConfig } from '../config/app-config.js';
import { FilesystemImageStore } from './filesystem/filesystem.store.js';
import type { ConfiguredStore, ImageStore, ImageStores } from './image-store.js';
import { StoreUnknown } from './stores.errors.js';

/** What may be wrapped around each driver, and who is told of stores that cannot be written to, and why. */
type OpenStoresOptions = Readonly<{
  wrap?: ((storeId: string, driver: ImageStore) => ImageStore) | undefined;
  onReadOnly?: ((storeId: string, reason: Error) => void) | undefined;
}>;

/** Opens all configured stores. One that cannot be written to becomes read-only and does not stop the others. */
export async function openStores(
  { stores, uploads }: Pick<AppConfig, 'stores' | 'uploads'>,
  { wrap = (_, driver) => driver, onReadOnly }: OpenStoresOptions = {},
): Promise<ImageStores> {
  const opened = new Map<string, ConfiguredStore>();
  for (const backend of stores.backends) {
    const driver = await FilesystemImageStore.open({ dataDir: backend.dataDir, directIo: uploads.directIo });
    if (driver.writeFailure !== null) onReadOnly?.(backend.id, driver.writeFailure);
    opened.set(backend.id, describe(backend, stores.defaultId, wrap(backend.id, driver)));
  }
  return opened;
}

function describe(backend: StoreConfig, defaultId: string, driver: ImageStore): ConfiguredStore {
  const { id, type, description, weight } = backend;
  const readOnly = !driver.capabilities.has('write');
  return { id, type, description, weight, isDefault: id === defaultId, readOnly, driver };
}

/** @param storeId null: the default store. @throws StoreUnknown */
export function findStore(stores: ImageStores, storeId: string | null): ConfiguredStore {
  const store = storeId === null ? [...stores.values()].find(({ isDefault }) => isDefault) : stores.get(storeId);
  if (store === undefined) throw new StoreUnknown(`Store ${storeId ?? 'default'} is not configured`, { storeId });
  return store;
}
