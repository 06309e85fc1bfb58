import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { EventStoreIncompatible, EventStoreUnavailable } from '../../events.errors.js';
import { isSqliteFault, translateFault } from './sqlite.faults.js';
import { migrate } from './sqlite.schema.js';

/**
 * How long SQLite itself waits for another process's transaction. That wait blocks this whole process, hence it is
 * short, and the writer waits longer by coming back later.
 */
const WRITE_LOCK_WAIT_MS = 5;

/** Opens the file for appending; creates it, and its folder, and brings its schema up to date. */
export const openForWriting = (path: string, busyTimeoutMs: number): Database =>
  open(path, () => {
    makeFolder(dirname(path));
    const database = new SqliteDatabase(path, { timeout: busyTimeoutMs });
    return prepare(database, () => {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      migrate(database);
      database.pragma(`busy_timeout = ${WRITE_LOCK_WAIT_MS}`);
    });
  });

/** Opens an existing file for reading. In WAL mode readers wait for nobody. */
export const openForReading = (path: string, busyTimeoutMs: number): Database =>
  open(path, () => new SqliteDatabase(path, { readonly: true, timeout: busyTimeoutMs }));

const open = (path: string, connect: () => Database): Database => {
  try {
    return connect();
  } catch (error) {
    throw translateOpenFault(path, error);
  }
};

const prepare = (database: Database, steps: () => void): Database => {
  try {
    steps();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
};

const translateOpenFault = (path: string, error: unknown): Error => {
  if (isSqliteFault(error) && error.code === 'SQLITE_NOTADB') {
    return new EventStoreIncompatible(`${path} is not an event store`, { path }, { cause: error });
  }
  return translateFault(error);
};

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new EventStoreUnavailable(`The event store's folder ${folder} cannot be made`, { folder }, { cause: error });
  }
};
