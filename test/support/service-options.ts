import { join } from 'node:path';
import type { ServiceEnvironment } from './service.js';

/** Two stores of files, `fast` and `slow`, the first of which is the default. */
export const twoFileStores = (dataDir: string): ServiceEnvironment => ({
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file',
  OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
  OS_FAST__FILESYSTEM_STORE_DATADIR: join(dataDir, 'fast'),
  OS_SLOW__FILESYSTEM_STORE_DATADIR: join(dataDir, 'slow'),
});

/** A third store, `web`, whose data web servers have; locations are shown and changed. Overlays `twoFileStores`. */
export const WITH_WEB_LOCATIONS: ServiceEnvironment = {
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,web:http',
  OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
};

/** Web servers of the tests stand on this machine, on ports of their own. */
export const LOCAL_WEB_SERVERS: ServiceEnvironment = {
  OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: '[]',
  OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
};
