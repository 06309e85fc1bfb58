import { basename, join, relative, resolve, sep } from 'node:path';
import type { AppConfig, CacheConfig } from './app-config.js';
import { cacheOptions } from './cache-options.js';
import type { OptionReader } from './option-reader.js';
import { generalOptions } from './options.js';
import { leavesOut } from './paste/flavor.js';
import type { Pipeline } from './paste/flavor.js';
import { switchedByFilter } from './paste/switched-by-filter.js';

/** @param folders those that hold other data, which nobody may take for copies */
export function readCache(reader: OptionReader, folders: readonly string[], pipeline: Pipeline): CacheConfig | null {
  const path = reader.read(generalOptions.imageCacheDir);
  if (path === null) {
    if (pipeline.filters?.has('cache')) reader.warnings.push(WITHOUT_FOLDER);
    return null;
  }
  const downloads = !leavesOut(pipeline, 'cache');
  if (!downloads) reader.warnings.push(WITHOUT_FILTER);
  const dir = resolve(path);
  const shared = folders.map((folder) => resolve(folder)).find((folder) => isWithin(dir, folder));
  if (shared !== undefined)
    reader.refuse(generalOptions.imageCacheDir, `= "${path}": other data are kept in ${shared}`);
  return {
    dir,
    ledger: readLedger(reader, dir),
    maxSizeBytes: reader.read(cacheOptions.maxSize),
    stallTimeS: reader.read(cacheOptions.stallTime),
    stores: reader.read(cacheOptions.stores),
    maxFills: reader.read(cacheOptions.fills),
    downloads,
    managementApi: switchedByFilter(reader, cacheOptions.managementApi, 'cachemanage', pipeline),
  };
}

const WITHOUT_FOLDER = 'The pipeline has the filter cache, but without [DEFAULT] image_cache_dir nothing is cached';
const WITHOUT_FILTER =
  '[DEFAULT] image_cache_dir: the pipeline has no filter cache, so that downloads neither use the cache nor fill it';

/** Folders in which a cache would meet image data. */
export const foldersBesideCache = (
  dataDir: string,
  stagingDir: string,
  { backends }: AppConfig['stores'],
): readonly string[] => [
  dataDir,
  stagingDir,
  ...backends.flatMap((store) => ('dataDirs' in store ? store.dataDirs.map(({ path }) => path) : [])),
];

function readLedger(reader: OptionReader, dir: string): CacheConfig['ledger'] {
  const driver = reader.read(cacheOptions.driver);
  const nodeUrl = reader.read(cacheOptions.selfReferenceUrl);
  const name = reader.read(cacheOptions.sqliteDb);
  if (basename(name) !== name || name === '') reader.refuse(cacheOptions.sqliteDb, `= "${name}": must be a file name`);
  if (nodeUrl !== null && (driver === '' || driver === 'centralized_db')) return { kind: 'shared', nodeUrl };
  if (driver === 'centralized_db')
    reader.refuse(cacheOptions.driver, '= "centralized_db": needs worker_self_reference_url');
  return { kind: 'file', path: join(dir, name) };
}

/** Whether a folder is the other one, or below it. */
function isWithin(dir: string, folder: string): boolean {
  const path = relative(dir, folder);
  return path !== '..' && !path.startsWith(`..${sep}`);
}
