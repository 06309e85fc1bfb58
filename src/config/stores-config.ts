import { isAbsolute, join, resolve } from 'node:path';
import type { AppConfig, FileStoreConfig, HttpStoreConfig, StoreConfig } from './app-config.js';
import type { OptionReader } from './option-reader.js';
import { httpStoreOptions } from './location-options.js';
import { BACKEND_DEFAULTS, backendOptions, generalOptions, glanceStoreOptions, allOptions } from './options.js';

type StoresConfig = AppConfig['stores'];

/** Prefix of the stores that Glance keeps for itself. */
const RESERVED_PREFIX = 'os_glance_';

/** Which stores there are: those of enabled_backends, else the single one of [glance_store], else `local`. */
export function readStores(reader: OptionReader, dataDir: string): StoresConfig {
  const backends = reader.read(generalOptions.enabledBackends);
  if (backends.size > 0) return readMultipleStores(reader, dataDir, backends);
  return reader.isSet(glanceStoreOptions.filesystemStoreDatadir)
    ? readSingleStore(reader, dataDir)
    : readMultipleStores(reader, dataDir, new Map([['local', 'file']]));
}

function readSingleStore(reader: OptionReader, dataDir: string): StoresConfig {
  const types = reader.read(glanceStoreOptions.stores);
  const defaultType = reader.read(glanceStoreOptions.defaultStore);
  if (!types.includes(defaultType)) reader.refuse(glanceStoreOptions.stores, `must contain ${defaultType}`);
  const store: FileStoreConfig = {
    ...nameless,
    id: defaultType,
    type: 'file',
    dataDir: folder(reader.read(glanceStoreOptions.filesystemStoreDatadir) ?? join(dataDir, 'images')),
    chunkSizeBytes: reader.read(glanceStoreOptions.filesystemStoreChunkSize),
  };
  const web: HttpStoreConfig = {
    ...nameless,
    id: 'http',
    type: 'http',
    ...readHttp(reader, ['glance_store']),
  };
  const backends = types.includes('http') ? [store, web] : [store];
  return { multiple: false, defaultId: store.id, backends };
}

/** What clients never hear of, and tasks need no limits for. */
const nameless = { description: '', weight: 0, taskWriteBytesPerS: 0, taskWriteConcurrency: 0 } as const;

function readMultipleStores(
  reader: OptionReader,
  dataDir: string,
  backends: ReadonlyMap<string, string>,
): StoresConfig {
  const fileStores = [...backends.values()].filter((type) => type === 'file').length;
  const onlyFolder = fileStores === 1 ? join(dataDir, 'images') : null;
  const stores = [...backends].map(([id, type]) => readBackend(reader, id, type, onlyFolder));
  refuseSharedFolders(reader, stores);
  return { multiple: true, defaultId: readDefaultId(reader, [...backends.keys()]), backends: stores };
}

function readDefaultId(reader: OptionReader, ids: readonly string[]): string {
  const [onlyId = '', ...others] = ids;
  const chosen = reader.read(glanceStoreOptions.defaultBackend) ?? (others.length === 0 ? onlyId : null);
  if (chosen !== null && ids.includes(chosen)) return chosen;
  const problem = chosen === null ? 'is not set' : `= "${chosen}" is not a store`;
  reader.refuse(glanceStoreOptions.defaultBackend, `${problem}: must be one of ${ids.join(', ')}`);
  return onlyId;
}

function readBackend(reader: OptionReader, id: string, type: string, onlyFolder: string | null): StoreConfig {
  refuseBadId(reader, id);
  const groups = [id, BACKEND_DEFAULTS];
  const common = {
    id,
    description: reader.readFrom(groups, backendOptions.storeDescription) ?? '',
    weight: reader.readFrom(groups, backendOptions.weight),
    taskWriteBytesPerS: reader.readFrom(groups, backendOptions.taskWriteRate),
    taskWriteConcurrency: reader.readFrom(groups, backendOptions.taskWriteConcurrency),
  };
  if (type === 'http') return { ...common, type, ...readHttp(reader, groups) };
  if (type !== 'file') {
    reader.refuse(generalOptions.enabledBackends, `gives the store ${id} the type "${type}": must be file or http`);
  }
  const dataDir = reader.readFrom(groups, backendOptions.filesystemStoreDatadir) ?? onlyFolder;
  if (dataDir === null) reader.refuse(backendOptions.filesystemStoreDatadir, 'is not set: must name a folder', id);
  const chunkSizeBytes = reader.readFrom(groups, backendOptions.filesystemStoreChunkSize);
  return { ...common, type: 'file', dataDir: folder(dataDir ?? ''), chunkSizeBytes };
}

const readHttp = (reader: OptionReader, groups: readonly string[]): Pick<HttpStoreConfig, 'insecure' | 'caFile'> => ({
  insecure: reader.readFrom(groups, httpStoreOptions.insecure),
  caFile: reader.readFrom(groups, httpStoreOptions.caCertificatesFile),
});

function refuseBadId(reader: OptionReader, id: string): void {
  const groups = allOptions.map((option) => option.group.toLowerCase());
  const problem = id.startsWith(RESERVED_PREFIX)
    ? `a store id must not begin with ${RESERVED_PREFIX}`
    : [...groups, BACKEND_DEFAULTS].includes(id.toLowerCase())
      ? 'a store id must not be the name of another group'
      : null;
  if (problem) reader.refuse(generalOptions.enabledBackends, `names the store "${id}": ${problem}`);
}

function refuseSharedFolders(reader: OptionReader, stores: readonly StoreConfig[]): void {
  const withFolders = stores.filter((store) => store.type === 'file');
  for (const [index, store] of withFolders.entries()) {
    const other = withFolders.slice(0, index).find(({ dataDir }) => dataDir === store.dataDir);
    if (!other || !isAbsolute(store.dataDir)) continue;
    reader.refuse(
      backendOptions.filesystemStoreDatadir,
      `is the folder of the store ${other.id}, too: must differ`,
      store.id,
    );
  }
}

const folder = (path: string): string => (path === '' ? '' : resolve(path));
