import type { Database, Statement } from 'better-sqlite3';
import type { ReadStreamOptions, RecordedEvent } from '../../event-store.js';
import type { LogPart } from '../follow-events.js';
import type { EventRow } from '../event-row.js';
import { fromRow } from '../event-row.js';
import { translateFault } from './sqlite.faults.js';

const NO_LIMIT = -1;
/** Events of the log that a subscriber goes through at a time. */
const PART = 500n;

/** Reads events through prepared statements on a connection of its own. */
export class SqliteEventReader {
  private readonly forwards: Statement<[string, number, number], EventRow>;
  private readonly backwards: Statement<[string, number, number], EventRow>;
  private readonly all: Statement<[bigint, number], EventRow>;
  private readonly last: Statement<[], { position: number }>;
  private readonly version: Statement<[], { data_version: number }>;

  constructor(private readonly database: Database) {
    this.forwards = database.prepare(
      'SELECT * FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?',
    );
    this.backwards = database.prepare(
      'SELECT * FROM events WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?',
    );
    // A limit that is a bare parameter is planned for, each time anew, which costs three times what the reading does.
    this.all = database.prepare('SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ? + 0');
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

  /**
   * Reads the log part by part, for one subscriber.
   * @param types of the events that are wanted; of others nothing but the type is looked at
   */
  inParts(types?: ReadonlySet<string>): (after: bigint) => LogPart {
    const names = [...(types ?? [])];
    const filter = types === undefined ? '' : `AND type IN (${names.map(() => '?').join()})`;
    const wanted = this.database.prepare<[bigint, bigint, ...string[]], EventRow>(
      `SELECT * FROM events WHERE position > ? AND position <= ? ${filter} ORDER BY position`,
    );
    return (after) => {
      const last = this.lastPosition();
      if (last <= after) return { events: [], end: after, isLast: true };
      const end = last - after > PART ? after + PART : last;
      return { events: translated(() => wanted.all(after, end, ...names).map(fromRow)), end, isLast: end === last };
    };
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
