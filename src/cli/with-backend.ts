import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Backend } from '../backend.js';
import { openBackend } from '../backend.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
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
  if (!existsSync(join(config.dataDir, 'events.sqlite'))) {
    throw new ConfigError([`[hindsight] data_dir = "${config.dataDir}": there is no event log (events.sqlite) in it`]);
  }
  const backend = await openBackend(config);
  try {
    return await act(backend, config);
  } finally {
    await backend.close();
  }
}
