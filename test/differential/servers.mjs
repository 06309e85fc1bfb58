import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children } from '../bench/service/children.mjs';
import { Hindsight } from '../bench/service/hindsight.mjs';

/** As the Glance beside it is configured: two file stores and one that is only read, a cache, locations shown. */
const environmentIn = (folder, sourceUrl) => ({
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file,web:http',
  OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
  OS_FAST__FILESYSTEM_STORE_DATADIR: join(folder, 'fast'),
  OS_FAST__STORE_DESCRIPTION: 'first file store',
  OS_SLOW__STORE_DESCRIPTION: 'second file store',
  OS_WEB__STORE_DESCRIPTION: 'read-only http store',
  OS_SLOW__FILESYSTEM_STORE_DATADIR: join(folder, 'slow'),
  OS_DEFAULT__IMAGE_CACHE_DIR: join(folder, 'cache'),
  OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
  OS_DEFAULT__SHOW_IMAGE_DIRECT_URL: 'true',
  OS_DEFAULT__ENABLED_IMPORT_METHODS: '[glance-direct,web-download,copy-image,glance-download]',
  OS_OSLO_POLICY__ENFORCE_NEW_DEFAULTS: 'false',
  OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
  OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: `[80,443,${new URL(sourceUrl).port}]`,
});

/** The built service, started for this run; it may fetch from the source. `stop` removes all of it. */
export async function startOurs(sourceUrl) {
  const folder = mkdtempSync(join(tmpdir(), 'differential-'));
  const children = new Children();
  const ending = () => {
    children.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', ending);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const environment = environmentIn(folder, sourceUrl);
  const service = await Hindsight.create({ children, program: null, folder, environment });
  await service.start();
  return {
    url: service.url,
    stop: async () => {
      await service.stop();
      ending();
      process.off('exit', ending);
    },
  };
}

/** A web server with ten bytes at every path, for locations. */
export async function startSource() {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-length': 10, 'content-type': 'application/octet-stream' });
    response.end(request.method === 'HEAD' ? undefined : '0123456789');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
