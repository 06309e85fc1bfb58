import { resolve } from 'node:path';
import { databaseOptions } from './database-options.js';
import type { OptionReader } from './option-reader.js';

const { connection } = databaseOptions;

/** Dialects of SQLAlchemy that name a server, and so are no mistakes, but have no adapter yet. */
const SERVERS = /^(mysql|mariadb|postgresql|postgres)(\+\w+)?:\/\//;

/**
 * The path in `[database] connection`; null: databases are in the data folder.
 * The URL may hold a password, so no message repeats it.
 */
export function readDatabasePath(reader: OptionReader): string | null {
  const url = reader.read(connection);
  if (url === null) return null;
  const [, path] = /^sqlite(?:\+\w+)?:\/\/(?:\/([^?#]*))?(?:[?#].*)?$/s.exec(url) ?? [];
  if (path !== undefined && path !== '' && path !== ':memory:' && !path.startsWith('file:')) return resolve(path);
  reader.refuse(connection, problemOf(url));
  return null;
}

function problemOf(url: string): string {
  const [dialect = ''] = /^[\w+]*/.exec(url) ?? [];
  if (SERVERS.test(url)) {
    return (
      `names a database of the kind ${dialect}, which this version cannot use: must be sqlite:////absolute/path, ` +
      'or be left out, for databases in [hindsight] data_dir; of PostgreSQL, [hindsight] event_store can make use for events'
    );
  }
  if (dialect.startsWith('sqlite')) return 'names no file: must be sqlite:////absolute/path or sqlite:///relative/path';
  return 'is no database URL: must be sqlite:////absolute/path or sqlite:///relative/path';
}
