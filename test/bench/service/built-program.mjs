import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programOf } from './program-process.mjs';

/** A module of the built program. */
export const built = (path, program = null) => import(pathToFileURL(join(dirname(programOf(program)), path)).href);

/** Opens what the program would open for a data folder and the environment's options: event store and read models. */
export async function openBackendOf({ dataDir, environment = {}, program = null }) {
  mkdirSync(dataDir, { recursive: true });
  const [{ loadConfig }, { openBackend }] = await Promise.all([
    built('config/load-config.js', program),
    built('backend.js', program),
  ]);
  const { config } = loadConfig({
    files: [],
    directories: [],
    environment: { OS_HINDSIGHT__DATA_DIR: dataDir, ...environment },
    commandLine: {},
  });
  return openBackend(config);
}
