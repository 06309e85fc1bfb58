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
import { NO_REVISION, requireEvents, requireRevision } from '../../expected-revision.js';
import { ChangeWatcher } from '../change-watcher.js';
import { followEvents } from '../follow-events.js';
import type { LogPart } from '../follow-events.js';

/** Keeps events as long as the process lives, as frozen copies: for tests and for trying things out. */
export class InMemoryEventStore implements EventStore {
  private readonly events: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly closing = new AbortController();
  private readonly changes = new ChangeWatcher(() => this.events.length, null);

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.answer(() => {
      requireEvents(stream, events);
      const recorded = this.streams.get(stream) ?? [];
      requireRevision(stream, expected, recorded.length + NO_REVISION);
      const copies = events.map((event, index) =>
        copyOf(event, stream, recorded.length + index, this.events.length + index),
      );
      this.streams.set(stream, recorded);
      recorded.push(...copies);
      this.events.push(...copies);
      this.changes.notify(new Set(events.map(({ type }) => type)));
      return { revision: recorded.length - 1, position: BigInt(this.events.length) };
    });
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    return this.answer(() => {
      const { direction = 'forwards', fromRevision, limit } = options;
      const recorded = this.streams.get(stream) ?? [];
      const selected =
        direction === 'forwards'
          ? recorded.slice(fromRevision ?? 0)
          : recorded.slice(0, (fromRevision ?? recorded.length) + 1).reverse();
      return selected.slice(0, limit);
    });
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return this.answer(() => this.after(after, limit));
  }

  lastPosition(): Promise<bigint> {
    return this.answer(() => BigInt(this.events.length));
  }

  subscribe(after: bigint, signal: AbortSignal, options: SubscribeOptions = {}): AsyncIterable<RecordedEvent> {
    const end = AbortSignal.any([signal, this.closing.signal]);
    return followEvents((position) => this.part(position, options.types), this.changes, after, end, options);
  }

  close(): Promise<void> {
    this.closing.abort();
    return Promise.resolve();
  }

  private part(after: bigint, types: ReadonlySet<string> | undefined): LogPart {
    const events = this.events.slice(Number(after));
    const wanted = types === undefined ? events : events.filter(({ type }) => types.has(type));
    return { events: wanted, end: after + BigInt(events.length), isLast: true };
  }

  private after(position: bigint, limit: number): readonly RecordedEvent[] {
    return this.events.slice(Number(position), Number(position) + limit);
  }

  /** Answers as a remote store would: a failure is a rejection, and nothing is answered once it is closed. */
  private answer<Result>(act: () => Result): Promise<Result> {
    return new Promise((resolve) => {
      if (this.closing.signal.aborted) throw new EventStoreUnavailable('The event store is closed');
      resolve(act());
    });
  }
}

const copyOf = (event: NewEvent, stream: string, revision: number, index: number): RecordedEvent => {
  const copy = JSON.parse(JSON.stringify(event), (_, value: unknown) => Object.freeze(value)) as NewEvent;
  return Object.freeze({ ...copy, stream, revision, position: BigInt(index + 1) });
};
