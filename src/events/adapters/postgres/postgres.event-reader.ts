import type { ReadStreamOptions, RecordedEvent } from '../../event-store.js';
import type { EventRow } from '../event-row.js';
import { fromRow } from '../event-row.js';
import type { LogPart } from '../follow-events.js';
import type { PostgresConnections } from './postgres.connection.js';
import { translated } from './postgres.connection.js';

/** Events of the log that a subscriber goes through at a time. */
const PART = 500n;

/** JSON as it was written: this program parses it, and says which event it is when it cannot. */
const SELECT = `SELECT position, stream, revision, id, type, schema_version, data::text AS data, metadata::text AS metadata
  FROM hindsight_events.events`;

const FORWARDS = `${SELECT} WHERE stream = $1 AND revision >= $2::bigint ORDER BY revision LIMIT $3::bigint`;
const BACKWARDS = `${SELECT} WHERE stream = $1 AND revision <= $2::bigint ORDER BY revision DESC LIMIT $3::bigint`;
const ALL = `${SELECT} WHERE position > $1::bigint ORDER BY position LIMIT $2::bigint`;
const RANGE = `${SELECT} WHERE position > $1::bigint AND position <= $2::bigint
  AND ($3::text[] IS NULL OR type = ANY ($3::text[])) ORDER BY position`;

/** Reads events. What was committed is there up to some position without gaps, because appends come one at a time. */
export class PostgresEventReader {
  constructor(private readonly connections: PostgresConnections) {}

  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const { direction = 'forwards', fromRevision, limit = null } = options;
    return direction === 'forwards'
      ? this.read('stream-forwards', FORWARDS, [stream, fromRevision ?? 0, limit])
      : this.read('stream-backwards', BACKWARDS, [stream, fromRevision ?? Number.MAX_SAFE_INTEGER, limit]);
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return this.read('all', ALL, [String(after), limit]);
  }

  /**
   * Reads the log part by part, for one subscriber.
   * @param types of the events that are wanted; others do not leave the server
   */
  inParts(types?: ReadonlySet<string>): (after: bigint) => Promise<LogPart> {
    const names = types === undefined ? null : [...types];
    return async (after) => {
      const last = await this.lastPosition();
      if (last <= after) return { events: [], end: after, isLast: true };
      const end = last - after > PART ? after + PART : last;
      const events = await this.read('range', RANGE, [String(after), String(end), names]);
      return { events, end, isLast: end === last };
    };
  }

  async lastPosition(): Promise<bigint> {
    const query = { name: 'last-position', text: 'SELECT position FROM hindsight_events.log_end' };
    const [end] = await translated(this.connections.query<{ position: string }>(query));
    return BigInt(end?.position ?? 0);
  }

  private async read(name: string, text: string, values: readonly unknown[]): Promise<readonly RecordedEvent[]> {
    const rows = await translated(this.connections.query<EventRow>({ name, text, values: [...values] }));
    return rows.map(fromRow);
  }
}
