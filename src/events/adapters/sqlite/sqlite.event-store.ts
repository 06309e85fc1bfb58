import type { Database } from 'better-sqlite3';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../../event-store.js';
import { EventStoreUnavailable } from '../../events.errors.js';
import { ChangeWatcher } from '../change-watcher.js';
import { followEvents } from '../follow-events.js';
import { openForReading, openForWriting } from './sqlite.connection.js';
import { SqliteEventReader } from './sqlite.event-reader.js';
import { SqliteEventWriter } from './sqlite.event-writer.js';

export type SqliteEventStoreOptions = Readonly<{
  /** The database file; created on demand. Several processes of one machine may share it. */
  path: string;
  /** How long an append waits while other processes write; default 5000. */
  busyTimeoutMs?: number;
  /** How often a waiting subscription looks for appends of other processes; default 50. */
  pollIntervalMs?: number;
}>;

/** The embedded event store: one SQLite file in WAL mode, every append on disk before it is answered. */
export class SqliteEventStore implements EventStore {
  private readonly closing = new AbortController();

  private constructor(
    private readonly connections: readonly Database[],
    private readonly writer: SqliteEventWriter,
    private readonly reader: SqliteEventReader,
    private readonly changes: ChangeWatcher,
  ) {}

  /** @throws EventStoreUnavailable, EventStoreIncompatible */
  static open({ path, busyTimeoutMs = 5000, pollIntervalMs = 50 }: SqliteEventStoreOptions): SqliteEventStore {
    const writing = openForWriting(path, busyTimeoutMs);
    const reading = openForReading(path, busyTimeoutMs);
    const reader = new SqliteEventReader(reading);
    const changes = new ChangeWatcher(() => reader.dataVersion(), pollIntervalMs);
    const writer = new SqliteEventWriter(writing, busyTimeoutMs, (types) => changes.notify(types));
    return new SqliteEventStore([reading, writing], writer, reader, changes);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.writer.append(stream, expected, events);
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.answer(() => this.reader.readStream(stream, options));
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return this.answer(() => this.reader.readAll(after, limit));
  }

  lastPosition(): Promise<bigint> {
    return this.answer(() => this.reader.lastPosition());
  }

  subscribe(after: bigint, signal: AbortSignal, options: SubscribeOptions = {}): AsyncIterable<RecordedEvent> {
    const end = AbortSignal.any([signal, this.closing.signal]);
    return followEvents(this.reader.inParts(options.types), this.changes, after, end, options);
  }

  /** Lets appends under way finish, and ends subscriptions. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.writer.close();
    for (const connection of this.connections) connection.close();
  }

  /** SQLite answers at once; a failure is a rejection all the same. */
  private answer<Result>(read: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      if (this.closing.signal.aborted) throw new EventStoreUnavailable('The event store is closed');
      resolve(read());
    });
  }
}
