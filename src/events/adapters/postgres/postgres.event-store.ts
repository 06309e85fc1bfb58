import { setTimeout } from 'node:timers/promises';
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
import type { LogPart } from '../follow-events.js';
import { PostgresConnections, prepareEventStore } from './postgres.connection.js';
import { PostgresEventReader } from './postgres.event-reader.js';
import { PostgresEventWriter } from './postgres.event-writer.js';
import { PostgresWakeUp } from './postgres.wake-up.js';

const READING_CONNECTIONS = 4;
/** What a server that does not hang needs at the very most. */
const ANSWER_MS = 10_000;
const READ_AGAIN_MS = 200;

export type PostgresEventStoreOptions = Readonly<{
  /** `postgresql://user:password@host:port/database`, with `?sslmode=` and the like as libpq has it. */
  url: string;
  /** How long an append waits for those of other processes, and for a server that went away during it; default 5000. */
  busyTimeoutMs?: number;
  /** How often a waiting subscription looks for appends that nobody told it of; default 1000. */
  pollIntervalMs?: number;
  /** How long a subscription waits for a server that is away before it fails; default 30000. */
  outageMs?: number;
}>;

/** Events in a PostgreSQL database, shared by any number of processes on any number of machines. */
export class PostgresEventStore implements EventStore {
  private readonly closing = new AbortController();
  /** Changes whenever there may be something new. */
  private wakeUps = 0;
  private readonly changes = new ChangeWatcher(() => this.wakeUps, null);
  private readonly reading: PostgresConnections;
  private readonly writer: PostgresEventWriter;
  private readonly reader: PostgresEventReader;
  private readonly wakeUp: PostgresWakeUp;
  private readonly outageMs: number;

  private constructor(options: PostgresEventStoreOptions) {
    const { url, busyTimeoutMs = 5000, pollIntervalMs = 1000, outageMs = 30_000 } = options;
    const writing = new PostgresConnections(url, {
      size: 1,
      answerMs: busyTimeoutMs + ANSWER_MS,
      settings: writerSettings(busyTimeoutMs),
    });
    this.reading = new PostgresConnections(url, { size: READING_CONNECTIONS, answerMs: ANSWER_MS });
    this.reader = new PostgresEventReader(this.reading);
    this.writer = new PostgresEventWriter(writing, busyTimeoutMs, (types) => this.wake(types));
    this.wakeUp = new PostgresWakeUp(
      url,
      () => this.reader.lastPosition(),
      pollIntervalMs,
      (types) => this.wake(types),
    );
    this.outageMs = outageMs;
  }

  /** Makes the schema when it is missing. @throws EventStoreUnavailable, EventStoreIncompatible */
  static async open(options: PostgresEventStoreOptions): Promise<PostgresEventStore> {
    await prepareEventStore(options.url);
    return new PostgresEventStore(options);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.writer.append(stream, expected, events);
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.reader.readStream(stream, options);
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return this.reader.readAll(after, limit);
  }

  lastPosition(): Promise<bigint> {
    return this.reader.lastPosition();
  }

  subscribe(after: bigint, signal: AbortSignal, options: SubscribeOptions = {}): AsyncIterable<RecordedEvent> {
    const end = AbortSignal.any([signal, this.closing.signal]);
    if (!end.aborted) this.wakeUp.start();
    return followEvents(this.overOutages(this.reader.inParts(options.types), end), this.changes, after, end, options);
  }

  /** Lets appends under way finish, and ends subscriptions. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([this.writer.close(), this.wakeUp.close()]);
    await this.reading.close();
  }

  private wake(types?: ReadonlySet<string>): void {
    this.wakeUps += 1;
    this.changes.notify(types);
  }

  /** A server that is started again ends no subscription; one that stays away does. */
  private overOutages(
    read: (after: bigint) => Promise<LogPart>,
    end: AbortSignal,
  ): (after: bigint) => Promise<LogPart> {
    const ended = (): boolean => end.aborted;
    return async (after) => {
      const deadline = performance.now() + this.outageMs;
      while (!ended()) {
        try {
          return await read(after);
        } catch (error) {
          const mayWait = error instanceof EventStoreUnavailable && performance.now() < deadline;
          if (!mayWait && !ended()) throw error;
        }
        await setTimeout(READ_AGAIN_MS, undefined, { signal: end }).catch(() => undefined);
      }
      return { events: [], end: after, isLast: true };
    };
  }
}

/** Whatever the database has as its own: see docs/adr/0041. */
const writerSettings = (lockTimeoutMs: number): string =>
  `SET default_transaction_isolation TO 'read committed'; SET lock_timeout TO ${lockTimeoutMs};
   SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`;
