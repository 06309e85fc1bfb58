import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppConfig, EventStoreConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';
import type { DatabaseFiles } from './database-files.js';
import { SqliteEventStore } from '../events/adapters/sqlite/sqlite.event-store.js';
import type { EventStore } from '../events/event-store.js';
import { EventStoreIncompatible, EventStoreRefused, EventStoreUnavailable } from '../events/events.errors.js';
import { errorCodeOf } from '../kernel/error-code.js';

/**
 * Opens the event store that the configuration names.
 * @param files where the events are unless a server keeps them, and what is beside them
 * @throws ConfigError when the server cannot be used as it is named, EventStoreUnavailable when it may be later
 */
export async function openEventStore(
  { eventStore, databaseServer }: Pick<AppConfig, 'eventStore' | 'databaseServer'>,
  files: DatabaseFiles,
): Promise<EventStore> {
  if (eventStore === null) return SqliteEventStore.open({ path: files.events });
  await mkdir(dirname(files.readModels), { recursive: true, mode: 0o700 }); // nobody else makes it
  try {
    return await openServer(eventStore);
  } catch (cause) {
    const message = `${nameOf(eventStore, eventStore === databaseServer)}: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (cause instanceof EventStoreUnavailable) throw new EventStoreUnavailable(message, cause.details, { cause });
    const isWrong = cause instanceof EventStoreIncompatible || cause instanceof EventStoreRefused || isFileError(cause);
    throw isWrong ? new ConfigError([message], { cause }) : cause;
  }
}

/** Each is loaded only where it is configured. */
async function openServer(config: EventStoreConfig): Promise<EventStore> {
  switch (config.kind) {
    case 'postgresql': {
      const { PostgresEventStore } = await import('../events/adapters/postgres/postgres.event-store.js');
      return PostgresEventStore.open(config);
    }
    case 'kurrentdb': {
      const { KurrentDbEventStore } = await import('../events/adapters/kurrentdb/kurrentdb.event-store.js');
      return KurrentDbEventStore.open(config);
    }
  }
}

/** The option, with what may be shown of its value: no user, no password, no parameters. */
function nameOf(config: EventStoreConfig, isBesideReadModels: boolean): string {
  const option = isBesideReadModels ? '[database] connection' : '[hindsight] event_store';
  if (config.kind === 'kurrentdb') return option;
  const { protocol, host, pathname } = new URL(config.url);
  return `${option} = "${protocol}//${host}${pathname}"`;
}

/** A certificate cannot be read. */
const isFileError = (error: unknown): boolean => /^E[A-Z]+$/.test(errorCodeOf(error) ?? '');
