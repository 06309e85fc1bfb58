import type { Database } from 'better-sqlite3';
import { EventStoreIncompatible } from '../../events.errors.js';

/** Step n leads from schema version n to n + 1 (`PRAGMA user_version`). Released steps are never edited. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE events (
     position       INTEGER PRIMARY KEY AUTOINCREMENT,
     stream         TEXT    NOT NULL,
     revision       INTEGER NOT NULL,
     id             TEXT    NOT NULL,
     type           TEXT    NOT NULL,
     schema_version INTEGER NOT NULL,
     data           TEXT    NOT NULL,
     metadata       TEXT    NOT NULL,
     UNIQUE (stream, revision)
   ) STRICT`,
];

/**
 * Brings the file to this program's schema; several processes may try at the same time.
 * @throws EventStoreIncompatible when the file is newer than this program
 */
export const migrate = (database: Database): void => {
  const migration = database.transaction(() => {
    const version = Number(database.pragma('user_version', { simple: true }));
    if (version > MIGRATIONS.length) {
      const message = `The event store ${database.name} has schema version ${version}, this program knows ${MIGRATIONS.length} at most`;
      throw new EventStoreIncompatible(message, { version, known: MIGRATIONS.length });
    }
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  migration.immediate();
};
