import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Backend } from '../backend/backend.js';
import { openBackend } from '../backend/backend.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import { databaseFiles } from '../backend/database-files.js';
import type { EventStore } from '../events/event-store.js';
import { openEventStore } from '../backend/open-event-store.js';
import type { GlobalOptions } from './global-options.js';
import { configForCommand } from './global-options.js';
import { endWhenNobodyReads } from './print.js';

/** Runs a command on the data of a service, but not on its image cache. @throws ConfigError when there are none, and what openBackend throws */
export const withBackend = (options: GlobalOptions, act: Act): Promise<number> => runOn(options, true, act);

/** Runs a command on the data of a service and on its image cache. @throws CacheUnavailable, and what withBackend throws */
export const withBackendAndCache = (options: GlobalOptions, act: Act): Promise<number> => runOn(options, false, act);

/** Runs a command on the events of a service alone: they can be looked at when nothing else can. @throws ConfigError, EventStoreUnavailable */
export async function withEventStore(
  options: GlobalOptions,
  act: (eventStore: EventStore, config: AppConfig) => Promise<number>,
): Promise<number> {
  endWhenNobodyReads();
  const config = configWithEvents(options);
  const eventStore = await openEventStore(config, databaseFiles(config));
  try {
    return await act(eventStore, config);
  } finally {
    await eventStore.close();
  }
}

type Act = (backend: Backend, config: AppConfig) => Promise<number>;

async function runOn(options: GlobalOptions, withoutCache: boolean, act: Act): Promise<number> {
  endWhenNobodyReads();
  const config = configWithEvents(options);
  const backend = await openBackend(config, { withoutCache });
  try {
    return await act(backend, config);
  } finally {
    await backend.close();
  }
}

function configWithEvents(options: GlobalOptions): AppConfig {
  const config = configForCommand(options);
  const { events } = databaseFiles(config);
  if (config.eventStore === null && !existsSync(events)) throw new ConfigError([noEventLog(events, config)]);
  return config;
}

const noEventLog = (file: string, { dataDir, databasePath }: AppConfig): string =>
  databasePath === null
    ? `[hindsight] data_dir = "${dataDir}": there is no event log (${basename(file)}) in it`
    : `[database] connection: there is no event log (${file})`;
