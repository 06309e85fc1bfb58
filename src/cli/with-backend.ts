import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Backend } from '../backend.js';
import { openBackend } from '../backend.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import { databaseFiles } from '../database-files.js';
import type { GlobalOptions } from './global-options.js';
import { configForCommand } from './global-options.js';
import { endWhenNobodyReads } from './print.js';

/** Runs a command on the data of a service. @throws ConfigError when there are none, and what openBackend throws */
export async function withBackend(
  options: GlobalOptions,
  act: (backend: Backend, config: AppConfig) => Promise<number>,
): Promise<number> {
  endWhenNobodyReads();
  const config = configForCommand(options);
  const { events } = databaseFiles(config);
  if (!existsSync(events)) throw new ConfigError([noEventLog(events, config)]);
  const backend = await openBackend(config);
  try {
    return await act(backend, config);
  } finally {
    await backend.close();
  }
}

const noEventLog = (file: string, { dataDir, databasePath }: AppConfig): string =>
  databasePath === null
    ? `[hindsight] data_dir = "${dataDir}": there is no event log (${basename(file)}) in it`
    : `[database] connection: there is no event log (${file})`;
