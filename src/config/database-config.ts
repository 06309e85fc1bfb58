import { resolve } from 'node:path';
import type { DatabaseServerConfig } from './app-config.js';
import { databaseOptions } from './database-options.js';
import { parseDatabaseUrl } from './database-url.js';
import { InvalidConnectionString } from './invalid-connection-string.js';
import type { OptionReader } from './option-reader.js';

const { connection } = databaseOptions;

/** Where databases are: in files named after a path, or on a server. Both null: in the data folder. */
type DatabaseLocation = Readonly<{ path: string | null; server: DatabaseServerConfig | null }>;

const IN_DATA_FOLDER: DatabaseLocation = { path: null, server: null };

/**
 * What `[database] connection` says.
 * The URL may hold a password, so no message repeats it.
 */
export function readDatabase(reader: OptionReader): DatabaseLocation {
  const url = reader.read(connection);
  if (url === null) return IN_DATA_FOLDER;
  const [, path] = /^sqlite(?:\+\w+)?:\/\/(?:\/([^?#]*))?(?:[?#].*)?$/s.exec(url) ?? [];
  if (path !== undefined && path !== '' && path !== ':memory:' && !path.startsWith('file:')) {
    return { path: resolve(path), server: null };
  }
  return { path: null, server: readServer(reader, url) };
}

function readServer(reader: OptionReader, url: string): DatabaseServerConfig | null {
  try {
    const parsed = parseDatabaseUrl(url);
    if (parsed === null) throw new InvalidConnectionString(problemOf(url));
    for (const name of parsed.ignored) {
      reader.warnings.push(`[database] connection: its parameter ${name} has no effect`);
    }
    return parsed.server;
  } catch (error) {
    if (!(error instanceof InvalidConnectionString)) throw error;
    reader.refuse(connection, error.message);
    return null;
  }
}

function problemOf(url: string): string {
  if (/^sqlite/i.test(url)) return 'names no file: must be sqlite:////absolute/path or sqlite:///relative/path';
  return (
    'is no URL of a database that this version knows: must be sqlite:////absolute/path or sqlite:///relative/path, ' +
    'postgresql://user:password@host:port/database or mysql://user:password@host:port/database'
  );
}
