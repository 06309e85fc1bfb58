import type { AppConfig } from './config/app-config.js';
import { ConfigError } from './config/config-error.js';
import { SqliteEventStore } from './events/adapters/sqlite/sqlite.event-store.js';
import type { EventStore } from './events/event-store.js';
import { EventStoreIncompatible, EventStoreUnavailable } from './events/events.errors.js';

/**
 * Opens the event store that the configuration names.
 * @param file where the events are unless a server keeps them
 * @throws ConfigError when the server cannot be used as it is named, EventStoreUnavailable when it may be later
 */
export async function openEventStore(
  { eventStoreUrl: url }: Pick<AppConfig, 'eventStoreUrl'>,
  file: string,
): Promise<EventStore> {
  if (url === null) return SqliteEventStore.open({ path: file });
  // Loaded only where it is configured.
  const { PostgresEventStore } = await import('./events/adapters/postgres/postgres.event-store.js');
  try {
    return await PostgresEventStore.open({ url });
  } catch (error) {
    if (error instanceof EventStoreIncompatible) throw new ConfigError([`${optionText(url)}: ${error.message}`]);
    if (!(error instanceof EventStoreUnavailable)) throw error;
    throw new EventStoreUnavailable(`${optionText(url)}: ${error.message}`, error.details, { cause: error });
  }
}

/** Without user, password and parameters. */
function optionText(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `[hindsight] event_store = "${protocol}//${host}${pathname}"`;
}
