import type { StoreConfig } from '../../../config/app-config.js';
import type { ConfiguredStore } from '../../../stores/image-store.js';

/** A store as `/v2/info/stores` shows it. The flags are texts, and absent instead of false: clients expect it so. */
export type StoreDocument = Readonly<{ id: string; description?: string; default?: 'true'; 'read-only'?: 'true' }>;

/** A store as administrators see it. */
export type StoreDetailDocument = StoreDocument &
  Readonly<{ type: string; properties: Readonly<Record<string, unknown>>; weight: number }>;

export const storeDocument = (store: ConfiguredStore): StoreDocument => ({
  id: store.id,
  ...(store.description === '' ? {} : { description: store.description }),
  ...(store.isDefault ? { default: 'true' as const } : {}),
  ...(store.readOnly ? { 'read-only': 'true' as const } : {}),
});

/** @param backend the store's configuration; null when it has none of its own */
export const storeDetailDocument = (store: ConfiguredStore, backend: StoreConfig | null): StoreDetailDocument => ({
  ...storeDocument(store),
  type: store.type,
  properties: backend === null ? {} : properties(backend),
  weight: store.weight,
});

function properties(backend: StoreConfig): Readonly<Record<string, unknown>> {
  if (backend.type !== 'file') return {};
  return {
    data_dir: backend.dataDirs.map(({ path }) => path).join(','),
    chunk_size: backend.chunkSizeBytes,
    thin_provisioning: backend.thinProvisioning,
  };
}
