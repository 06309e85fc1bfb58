import { join } from 'node:path';
import type { AppConfig, HttpStoreConfig, StoreConfig } from './app-config.js';
import { readFiles } from './file-store-config.js';
import { httpStoreOptions } from './location-options.js';
import type { OptionReader } from './option-reader.js';
import { allOptions, BACKEND_DEFAULTS, backendOptions, generalOptions, glanceStoreOptions } from './options.js';
import { readPemFile } from './pem-file.js';

type StoresConfig = AppConfig['stores'];

/** Prefix of the stores that Glance keeps for itself. */
const RESERVED_PREFIX = 'os_glance_';

/** Where the options of a single store stand, or stood once. */
const SINGLE = ['glance_store', 'DEFAULT'];

/** Which stores there are: those of enabled_backends, else the single one of [glance_store], else `local`. */
export function readStores(reader: OptionReader, dataDir: string): StoresConfig {
  const backends = reader.read(generalOptions.enabledBackends);
  if (backends.size > 0) return readMultipleStores(reader, dataDir, backends);
  const { stores, defaultStore, filesystemStoreDatadir, filesystemStoreDatadirs } = glanceStoreOptions;
  const isSingle =
    [stores, defaultStore].some((option) => reader.isSet(option)) ||
    [filesystemStoreDatadir, filesystemStoreDatadirs].some((option) => reader.isSetIn(SINGLE, option));
  return isSingle
    ? readSingleStore(reader, dataDir)
    : readMultipleStores(reader, dataDir, new Map([['local', 'file']]));
}

/** Stores of which clients see no ids. */
function readSingleStore(reader: OptionReader, dataDir: string): StoresConfig {
  const types = new Set(reader.read(glanceStoreOptions.stores).map(typeOfStore));
  const defaultId = typeOfStore(reader.read(glanceStoreOptions.defaultStore));
  if (!types.has(defaultId)) reader.refuse(glanceStoreOptions.stores, `must contain ${defaultId}`);
  for (const type of types)
    if (type !== 'file' && type !== 'http')
      reader.warnings.push(`[glance_store] stores names ${type}: this version has no store of that kind`);
  const backends: StoreConfig[] = [];
  if (types.has('file'))
    backends.push({ ...nameless, id: 'file', type: 'file', ...readFiles(reader, SINGLE, join(dataDir, 'images')) });
  if (types.has('http'))
    backends.push({ ...nameless, id: 'http', type: 'http', ...readHttp(reader, ['glance_store']) });
  return { multiple: false, defaultId, backends };
}

/** What clients never hear of, and tasks need no limits for. */
const nameless = { description: '', weight: 0, taskWriteBytesPerS: 0, taskWriteConcurrency: 0 } as const;

/** A store of the list by its type: also by another scheme of it, or by the name of the class that it once had. */
function typeOfStore(name: string): string {
  const short = /^glance\.store\.(\w+)\.Store$/.exec(name)?.[1] ?? name;
  return { filesystem: 'file', https: 'http' }[short] ?? short;
}

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
  const configured = reader.read(glanceStoreOptions.defaultBackend);
  const chosen = configured ?? (others.length === 0 ? onlyId : null);
  if (chosen !== null && ids.includes(chosen)) {
    if (configured === null) reader.settle(glanceStoreOptions.defaultBackend, chosen, 'the only store');
    return chosen;
  }
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
  return { ...common, type: 'file', ...readFiles(reader, groups, onlyFolder) };
}

const readHttp = (reader: OptionReader, groups: readonly string[]): Pick<HttpStoreConfig, 'insecure' | 'caFile'> => ({
  insecure: reader.readFrom(groups, httpStoreOptions.insecure),
  caFile: readPemFile(reader, httpStoreOptions.caCertificatesFile, 'certificate', groups),
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
  const owners = new Map<string, string>();
  for (const store of stores.filter(({ type }) => type === 'file')) {
    for (const { path } of 'dataDirs' in store ? store.dataDirs : []) {
      const owner = owners.get(path);
      if (owner === undefined) owners.set(path, store.id);
      else if (owner !== store.id)
        reader.refuse(
          backendOptions.filesystemStoreDatadir,
          `is the folder of the store ${owner}, too: must differ`,
          store.id,
        );
    }
  }
}
