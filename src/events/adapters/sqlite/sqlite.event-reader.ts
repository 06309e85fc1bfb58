import type { Database, Statement } from 'better-sqlite3';
import type { ReadStreamOptions, RecordedEvent } from '../../event-store.js';
import type { EventRow } from './event-row.js';
import { fromRow } from './event-row.js';
import { translateFault } from './sqlite.faults.js';

const NO_LIMIT = -1;

/** Reads events through prepared statements on a connection of its own. */
export class SqliteEventReader {
  private readonly forwards: Statement<[string, number, number], EventRow>;
  private readonly backwards: Statement<[string, number, number], EventRow>;
  private readonly all: Statement<[bigint, number], EventRow>;
  private readonly last: Statement<[], { position: number }>;
  private readonly version: Statement<[], { data_version: number }>;

  constructor(database: Database) {
    this.forwards = database.prepare(
      'SELECT * FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
    this.backwards = database.prepare(
      'SELECT * FROM events WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?',
    );
    this.all = database.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?');
    this.last = database.prepare('SELECT coalesce(max(position), 0) AS position FROM events');
    this.version = database.prepare('PRAGMA data_version');
  }

  readStream(stream: string, options: ReadStreamOptions): readonly RecordedEvent[] {
    const { direction = 'forwards', fromRevision, limit = NO_LIMIT } = options;
    return translated(() =>
      direction === 'forwards'
        ? this.forwards.all(stream, fromRevision ?? 0, limit).map(fromRow)
        : this.backwards.all(stream, fromRevision ?? Number.MAX_SAFE_INTEGER, limit).map(fromRow),
    );
  }

  readAll(after: bigint, limit: number): readonly RecordedEvent[] {
    return translated(() => this.all.all(after, limit).map(fromRow));
  }

  lastPosition(): bigint {
    return translated(() => BigInt(this.last.get()?.position ?? 0));
  }

  /** Changes with every commit of another connection, also of another process. Costs a few microseconds. */
  dataVersion(): number {
    return translated(() => this.version.get()?.data_version ?? 0);
  }
}

const translated = <Result>(read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    throw translateFault(error);
  }
};
