import type { AppConfig, FileStoreConfig, HttpStoreConfig, StoreConfig } from '../config/app-config.js';
import { FilesystemImageStore } from './filesystem/filesystem.store.js';
import type { ConfiguredStore, ImageStore, ImageStores } from './image-store.js';
import { StoreUnknown } from './stores.errors.js';

/** What may be wrapped around each driver, and who is told of stores that cannot be written to, and why. */
type OpenStoresOptions = Readonly<{
  wrap?: ((storeId: string, driver: ImageStore) => ImageStore) | undefined;
  onReadOnly?: ((storeId: string, reason: Error) => void) | undefined;
  /** Opens what refers to data of web servers; needed when such a store is configured. */
  openHttp?: ((store: HttpStoreConfig) => Promise<ImageStore>) | undefined;
}>;

/** Opens all configured stores. One that cannot be written to becomes read-only and does not stop the others. */
export async function openStores(
  { stores, uploads }: Pick<AppConfig, 'stores' | 'uploads'>,
  { wrap = (_, driver) => driver, onReadOnly, openHttp = noHttp }: OpenStoresOptions = {},
): Promise<ImageStores> {
  const opened = new Map<string, ConfiguredStore>();
  for (const backend of stores.backends) {
    const driver =
      backend.type === 'http' ? await openHttp(backend) : await openFiles(backend, uploads.directIo, onReadOnly);
    opened.set(backend.id, describe(backend, stores.defaultId, wrap(backend.id, driver)));
  }
  return opened;
}

async function openFiles(
  { id, dataDirs, thinProvisioning: thin, filePermissions, mounts }: FileStoreConfig,
  directIo: boolean,
  onReadOnly: OpenStoresOptions['onReadOnly'],
): Promise<ImageStore> {
  const driver = await FilesystemImageStore.open({ dataDirs, directIo, thin, filePermissions, mounts });
  for (const failure of driver.writeFailures) onReadOnly?.(id, failure);
  return driver;
}

const noHttp = ({ id }: HttpStoreConfig): Promise<never> =>
  Promise.reject(new Error(`Nothing was given to open the store ${id} with`));

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

/**
 * The store that holds the data of a location: the one that is named there, or, where none is or it is no longer
 * configured, the first that the URL belongs to.
 */
export function storeHolding(stores: ImageStores, { store, url }: PlacedData): ConfiguredStore | null {
  return stores.get(store) ?? storeOwning(stores, url);
}

/** The first store that a URL belongs to. */
export const storeOwning = (stores: ImageStores, url: string): ConfiguredStore | null =>
  [...stores.values()].find(({ driver }) => driver.owns(url)) ?? null;

/** As `storeHolding`. @throws StoreUnknown */
export function findStoreHolding(stores: ImageStores, location: PlacedData): ConfiguredStore {
  return storeHolding(stores, location) ?? findStore(stores, location.store);
}

type PlacedData = Readonly<{ store: string; url: string }>;
