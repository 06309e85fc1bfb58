import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** The columns that make the difference. */
export type StoredEvent = Readonly<{ type: string; schemaVersion: number; data: string }>;

/** Changes the embedded log of a data folder without the program. */
export function changeLog(dataDir: string, change: (log: Database.Database) => void): void {
  const log = new Database(join(dataDir, 'events.sqlite'));
  try {
    change(log);
  } finally {
    log.close();
  }
}

/** Puts an event behind the last one of a stream, as a newer program or a broken disk might. */
export const appendByHand = (dataDir: string, stream: string, event: StoredEvent): void =>
  changeLog(dataDir, (log) => {
    const last = log
      .prepare<[string], { revision: number; metadata: string }>(
        'SELECT revision, metadata FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
      )
      .get(stream);
    log
      .prepare(
        'INSERT INTO events (stream, revision, id, type, schema_version, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(stream, last!.revision + 1, randomUUID(), event.type, event.schemaVersion, event.data, last!.metadata);
  });
