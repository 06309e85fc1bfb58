import { resolve } from 'node:path';
import type { FileStoreConfig } from './app-config.js';
import { MountsFileInvalid, readMountsFile } from './mounts-file.js';
import type { OptionReader } from './option-reader.js';
import { backendOptions } from './options.js';

type FileStore = Pick<
  FileStoreConfig,
  'dataDirs' | 'chunkSizeBytes' | 'filePermissions' | 'thinProvisioning' | 'mounts'
>;

/** @param otherwise the folder of a store that names none; null: it must name one */
export function readFiles(reader: OptionReader, groups: readonly string[], otherwise: string | null): FileStore {
  const dataDirs = readDataDirs(reader, groups, otherwise);
  return {
    dataDirs,
    chunkSizeBytes: reader.readFrom(groups, backendOptions.filesystemStoreChunkSize),
    filePermissions: reader.readFrom(groups, backendOptions.filesystemStoreFilePerm),
    thinProvisioning: reader.readFrom(groups, backendOptions.filesystemThinProvisioning),
    mounts: readMounts(reader, groups, dataDirs),
  };
}

function readDataDirs(
  reader: OptionReader,
  groups: readonly string[],
  otherwise: string | null,
): FileStoreConfig['dataDirs'] {
  const [group] = groups;
  const { filesystemStoreDatadir, filesystemStoreDatadirs } = backendOptions;
  const one = reader.readFrom(groups, filesystemStoreDatadir);
  const several = reader.readAllFrom(groups, filesystemStoreDatadirs).filter(({ path }) => path !== '');
  if (one !== null && several.length > 0)
    reader.refuse(filesystemStoreDatadirs, 'is set beside filesystem_store_datadir: only one of them may be', group);
  if (several.length > 0) return distinctFolders(reader, group, several);
  if (one === null && otherwise === null)
    reader.refuse(filesystemStoreDatadir, 'is not set: must name a folder', group);
  if (one === null && otherwise !== null)
    reader.settle(filesystemStoreDatadir, otherwise, '[hindsight] data_dir', group);
  const path = one ?? otherwise;
  return path === null ? [] : [{ path: resolve(path), priority: 0 }];
}

function distinctFolders(
  reader: OptionReader,
  group: string | undefined,
  dataDirs: FileStoreConfig['dataDirs'],
): FileStoreConfig['dataDirs'] {
  const priorities = new Map<string, number>();
  for (const { path, priority } of dataDirs) {
    const folder = resolve(path);
    const other = priorities.get(folder);
    if (other === undefined) priorities.set(folder, priority);
    else if (other === priority)
      reader.warnings.push(`[${group}] filesystem_store_datadirs names ${folder} more than once`);
    else reader.refuse(backendOptions.filesystemStoreDatadirs, `gives ${folder} different priorities`, group);
  }
  return [...priorities].map(([path, priority]) => ({ path, priority }));
}

function readMounts(
  reader: OptionReader,
  groups: readonly string[],
  dataDirs: FileStoreConfig['dataDirs'],
): FileStoreConfig['mounts'] {
  const option = backendOptions.filesystemStoreMetadataFile;
  const path = reader.readFrom(groups, option);
  if (path === null) return [];
  try {
    const mounts = readMountsFile(path);
    const outside = dataDirs.filter((dir) => !mounts.some(({ mountpoint }) => isWithin(dir.path, mountpoint)));
    for (const dir of outside)
      reader.warnings.push(`[${groups[0]}] ${option.name}: ${dir.path} is below none of its mountpoints`);
    return mounts;
  } catch (error) {
    if (!(error instanceof MountsFileInvalid)) throw error;
    reader.refuse(option, `= "${path}": the file ${error.message}`, groups[0]);
    return [];
  }
}

const isWithin = (folder: string, mountpoint: string): boolean =>
  `${folder}/`.startsWith(`${mountpoint.replace(/\/+$/, '')}/`);
