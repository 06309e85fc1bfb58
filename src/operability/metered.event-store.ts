import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../events/event-store.js';
import { WrongExpectedRevision } from '../events/events.errors.js';
import type { Metrics } from './metrics.js';

/** Counts appends to the log; wraps around any adapter. */
export class MeteredEventStore implements EventStore {
  constructor(
    private readonly log: EventStore,
    private readonly metrics: Metrics,
  ) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    try {
      const result = await this.log.append(stream, expected, events);
      this.metrics.eventAppends.inc({ outcome: 'appended' });
      this.metrics.eventsAppended.inc(events.length);
      return result;
    } catch (error) {
      this.metrics.eventAppends.inc({ outcome: error instanceof WrongExpectedRevision ? 'conflict' : 'failed' });
      throw error;
    }
  }

  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.log.readStream(stream, options);
  }

  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]> {
    return this.log.readAll(after, limit);
  }

  lastPosition(): Promise<bigint> {
    return this.log.lastPosition();
  }

  subscribe(after: bigint, signal: AbortSignal, options?: SubscribeOptions): AsyncIterable<RecordedEvent> {
    return this.log.subscribe(after, signal, options);
  }

  close(): Promise<void> {
    return this.log.close();
  }
}
