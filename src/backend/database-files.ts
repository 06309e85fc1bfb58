import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config-error.js';

/** Where the two databases are. */
export type DatabaseFiles = Readonly<{ events: string; readModels: string }>;

/**
 * The databases of a configuration: in the data folder, or named after `[database] connection`. Under that very name there
 * may be the database of a Glance that ran here before. It is left alone, and the event log is beside it.
 * @throws ConfigError when the name is that of any other database
 */
export function databaseFiles({ dataDir, databasePath }: Pick<AppConfig, 'dataDir' | 'databasePath'>): DatabaseFiles {
  if (databasePath === null) {
    return { events: join(dataDir, 'events.sqlite'), readModels: join(dataDir, 'read-models.sqlite') };
  }
  const beside = `${databasePath}.events`;
  const events = isThere(beside) || isTaken(databasePath) ? beside : databasePath;
  return { events, readModels: `${databasePath}.read-models` };
}

const isThere = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** Whether the file is a Glance's. What is no database at all is for the event store to say. */
function isTaken(path: string): boolean {
  const tables = isThere(path) ? tablesOf(path) : [];
  if (tables.length === 0 || tables.includes('events')) return false;
  if (tables.includes('images') && tables.includes('image_properties')) return true;
  throw new ConfigError([`[database] connection names ${path}, which is the database of something else`]);
}

function tablesOf(path: string): readonly unknown[] {
  try {
    const database = new Database(path, { readonly: true });
    try {
      return database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}
