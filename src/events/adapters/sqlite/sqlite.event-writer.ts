import type { Database, Statement, Transaction } from 'better-sqlite3';
import type { AppendResult, ExpectedRevision, NewEvent } from '../../event-store.js';
import { EventStoreUnavailable, WrongExpectedRevision } from '../../events.errors.js';
import { NO_REVISION, requireEvents, requireRevision } from '../../expected-revision.js';
import type { NewEventRow } from '../event-row.js';
import { toRow } from '../event-row.js';
import { isBusy, translateFault } from './sqlite.faults.js';

/** Appends per transaction: many share one fsync, yet the process is not held up for long. */
const MAX_BATCH = 256;
/** Pause before the write lock of another process is asked for again; a random part keeps processes out of step. */
const LOCK_RETRY_MS = 2;

type PendingAppend = Readonly<{
  stream: string;
  expected: ExpectedRevision;
  rows: readonly NewEventRow[];
  deadline: number;
  resolve: (result: AppendResult) => void;
  reject: (error: Error) => void;
}>;

type Settle = () => void;

/** Appends events on a connection of its own. Appends that come at the same time share a transaction (group commit). */
export class SqliteEventWriter {
  private readonly lastRevision: Statement<[string], { revision: number }>;
  private readonly insert: Statement<[NewEventRow & { stream: string; revision: number }]>;
  private readonly transaction: Transaction<(batch: readonly PendingAppend[]) => readonly Settle[]>;
  private queue: PendingAppend[] = [];
  private scheduled = false;
  private ending: Promise<void> | null = null;
  private whenIdle: () => void = () => undefined;

  /**
   * @param busyTimeoutMs how long an append waits for other processes before it fails
   * @param onCommit called after each commit with the types of what was to be appended
   */
  constructor(
    database: Database,
    private readonly busyTimeoutMs: number,
    private readonly onCommit: (types: ReadonlySet<string>) => void,
  ) {
    this.lastRevision = database.prepare('SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1');
    this.insert = database.prepare(
      `INSERT INTO events (stream, revision, id, type, schema_version, data, metadata)
       VALUES (:stream, :revision, :id, :type, :schema_version, :data, :metadata)`,
    );
    this.transaction = database.transaction((batch: readonly PendingAppend[]) =>
      batch.map((append) => this.apply(append)),
    );
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      if (this.ending !== null) throw new EventStoreUnavailable('The event store is closed');
      requireEvents(stream, events);
      const deadline = performance.now() + this.busyTimeoutMs;
      this.queue.push({ stream, expected, rows: events.map(toRow), deadline, resolve, reject });
      this.schedule();
    });
  }

  /** Refuses further appends; resolves when those under way are settled. */
  close(): Promise<void> {
    this.ending ??= new Promise((resolve) => {
      this.whenIdle = resolve;
      this.schedule();
    });
    return this.ending;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const batch = this.queue.splice(0, MAX_BATCH);
    if (batch.length > 0) this.commitOrRecover(batch);
    if (this.queue.length > 0) this.schedule();
    else this.whenIdle();
  }

  private commitOrRecover(batch: readonly PendingAppend[]): void {
    try {
      this.commit(batch);
    } catch (error) {
      if (isBusy(error)) this.postpone(batch, error);
      else this.commitOneByOne(batch);
    }
  }

  private commit(batch: readonly PendingAppend[]): void {
    const outcomes = this.transaction.immediate(batch);
    for (const settle of outcomes) settle();
    this.onCommit(new Set(batch.flatMap(({ rows }) => rows.map(({ type }) => type))));
  }

  /** Nobody is told anything before the commit, hence the answers are returned as functions. */
  private apply({ stream, expected, rows, resolve, reject }: PendingAppend): Settle {
    let revision = this.lastRevision.get(stream)?.revision ?? NO_REVISION;
    try {
      requireRevision(stream, expected, revision);
    } catch (error) {
      // Thrown before anything of this append was inserted: the others of the batch can go on.
      if (error instanceof WrongExpectedRevision) return () => reject(error);
      throw error;
    }
    let position: number | bigint = 0;
    for (const row of rows) {
      revision += 1;
      position = this.insert.run({ ...row, stream, revision }).lastInsertRowid;
    }
    return () => resolve({ revision, position: BigInt(position) });
  }

  /** The batch was rolled back. Alone, each append can only fail by its own fault. */
  private commitOneByOne(batch: readonly PendingAppend[]): void {
    for (const append of batch) {
      try {
        this.commit([append]);
      } catch (error) {
        append.reject(translateFault(error));
      }
    }
  }

  /** Another process writes: try again soon, without blocking this one meanwhile. */
  private postpone(batch: readonly PendingAppend[], error: unknown): void {
    const now = performance.now();
    const inTime = batch.filter(({ deadline }) => deadline > now);
    for (const append of batch) if (append.deadline <= now) append.reject(translateFault(error));
    this.queue.unshift(...inTime);
    this.scheduled = true;
    setTimeout(() => this.flush(), LOCK_RETRY_MS * (1 + Math.random()));
  }
}
