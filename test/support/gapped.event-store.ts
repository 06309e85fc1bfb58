import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadStreamOptions,
  RecordedEvent,
} from '../../src/events/event-store.js';
import { requireEvents, requireRevision } from '../../src/events/expected-revision.js';

/** Between two positions there is room, as there is between those of servers that count bytes. */
export const GAP = 10n;

/** A log in memory whose events a test can put in the place of others. */
export class GappedEventStore implements EventStore {
  constructor(readonly events: RecordedEvent[] = []) {}

  append(stream: string, expected: ExpectedRevision, added: readonly NewEvent[]): Promise<AppendResult> {
    return new Promise((resolve) => {
      requireEvents(stream, added);
      const last = this.events.findLast((event) => event.stream === stream);
      requireRevision(stream, expected, last?.revision ?? -1);
      let [revision, position] = [last?.revision ?? -1, this.events.at(-1)?.position ?? 0n];
      for (const { id, type, schemaVersion, data, metadata } of added) {
        revision += 1;
        position += GAP;
        const stored = JSON.parse(JSON.stringify({ id, type, schemaVersion, data, metadata })) as NewEvent;
        this.events.push({ ...stored, stream, revision, position });
      }
      resolve({ revision, position });
    });
  }

  readStream(stream: string, options: ReadStreamOptions = {}): Promise<readonly RecordedEvent[]> {
    const { direction = 'forwards', fromRevision, limit } = options;
    const all = this.events.filter((event) => event.stream === stream).sort((a, b) => a.revision - b.revision);
    const from =
      direction === 'forwards'
        ? all.filter(({ revision }) => revision >= (fromRevision ?? 0))
        : all.filter(({ revision }) => revision <= (fromRevision ?? Infinity)).reverse();
    return Promise.resolve(from.slice(0, limit));
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return Promise.resolve(this.events.filter(({ position }) => position > after).slice(0, limit));
  }

  lastPosition(): Promise<bigint> {
    return Promise.resolve(this.events.at(-1)?.position ?? 0n);
  }

  subscribe(): AsyncIterable<RecordedEvent> {
    throw new Error('Nobody subscribes to this log');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
