import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programOf } from './program-process.mjs';

/** A module of the built program. */
export const built = (path, program = null) => import(pathToFileURL(join(dirname(programOf(program)), path)).href);

/** The configuration that a data folder and the environment's options make. */
export async function configOf({ dataDir, environment = {}, program = null }) {
  const { loadConfig } = await built('config/load-config.js', program);
  const options = { OS_HINDSIGHT__DATA_DIR: dataDir, ...environment };
  return loadConfig({ files: [], directories: [], environment: options, commandLine: {} }).config;
}

/**
 * Opens what the program would open for a data folder and the environment's options: event store and read models.
 * @param openEventStore makes an event store that is used instead
 */
export async function openBackendOf({ dataDir, environment, program = null, openEventStore }) {
  mkdirSync(dataDir, { recursive: true });
  const { openBackend } = await built('backend/backend.js', program);
  const config = await configOf({ dataDir, environment, program });
  if (openEventStore === undefined) return openBackend(config);
  const insteadOf = (opened) => {
    void opened.close();
    return openEventStore();
  };
  return openBackend(config, { wrapEventStore: insteadOf });
}
