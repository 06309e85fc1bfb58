import type { EventStoreConfig } from './app-config.js';
import { eventStoreOptions } from './event-store-options.js';
import { InvalidConnectionString } from './invalid-connection-string.js';
import { isKurrentDbConnection, parseKurrentDbConnection } from './kurrentdb-connection.js';
import type { OptionReader } from './option-reader.js';
import { isPostgresUrl, parsePostgresUrl } from './postgres-url.js';

/** The server that keeps the events; null: they are in a file of this machine. */
export function readEventStore(reader: OptionReader): EventStoreConfig | null {
  const connection = reader.read(eventStoreOptions.eventStore);
  const streamPrefix = reader.read(eventStoreOptions.eventStreamPrefix);
  if (connection === null) return null;
  try {
    return parse(connection, streamPrefix);
  } catch (error) {
    if (!(error instanceof InvalidConnectionString)) throw error;
    reader.refuse(eventStoreOptions.eventStore, error.message);
    return null;
  }
}

/** @throws InvalidConnectionString */
function parse(connection: string, streamPrefix: string): EventStoreConfig {
  if (isPostgresUrl(connection)) return { kind: 'postgresql', url: parsePostgresUrl(connection) };
  if (isKurrentDbConnection(connection)) {
    return { kind: 'kurrentdb', ...parseKurrentDbConnection(connection), streamPrefix };
  }
  throw new InvalidConnectionString(
    'must be postgresql://user:password@host:port/database, esdb://user:password@host:port or esdb+discover://user:password@host:port',
  );
}
