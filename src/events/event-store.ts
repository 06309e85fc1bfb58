import type { JsonObject } from '../kernel/json.js';

/** Who caused an event. Roles are lower-case. Never holds a token or password. */
export type Actor = Readonly<{ userId: string | null; projectId: string | null; roles: readonly string[] }>;

/**
 * What is known about an event beside its data.
 * `previousHash` is the hash of the stream's previous event (null at revision 0): who alters an event breaks the chain.
 */
export type EventMetadata = Readonly<{
  recordedAt: string;
  actor: Actor;
  requestId: string | null;
  correlationId: string;
  causationId: string | null;
  previousHash: string | null;
}>;

/** An event on its way into a stream. `id` is a UUIDv7. */
export type NewEvent = Readonly<{
  id: string;
  type: string;
  schemaVersion: number;
  data: JsonObject;
  metadata: EventMetadata;
}>;

/** An event as it was stored: `revision` counts from 0 within its stream, `position` grows over all streams. */
export type RecordedEvent = NewEvent & Readonly<{ stream: string; revision: number; position: bigint }>;

/** What the writer believes is the stream's last revision. */
export type ExpectedRevision = number | 'no_stream' | 'any';

export type AppendResult = Readonly<{ revision: number; position: bigint }>;

export type ReadStreamOptions = Readonly<{
  direction?: 'forwards' | 'backwards';
  /** First revision to read; default: the stream's first, or its last when reading backwards. */
  fromRevision?: number;
  limit?: number;
}>;

export type SubscribeOptions = Readonly<{
  /** Types of the events that are wanted; default: all. Events of other types cost a subscription next to nothing. */
  types?: ReadonlySet<string>;
  /** Told a position when all that is wanted up to it has been taken, at the latest before the next event is yielded. */
  onRead?: (position: bigint) => void;
}>;

/**
 * The log of everything that happened, and the only source of truth.
 *
 * One append is one atomic decision, durable when it resolves. Readers see events in commit order and never step over one
 * that commits late. An adapter throws EventStoreUnavailable for what may heal by itself.
 */
export interface EventStore {
  /**
   * Adds events (at least one) to the end of a stream, all or none.
   * @returns revision and position of the last event
   * @throws WrongExpectedRevision when somebody else was faster
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;

  /** Reads a stream; empty when there is none. */
  readStream(stream: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]>;

  /** Reads at most `limit` events after `position` (exclusive, 0n reads from the start), over all streams. */
  readAll(after: bigint, limit: number): Promise<readonly RecordedEvent[]>;

  /** Position of the last event of all; 0n when there is none. */
  lastPosition(): Promise<bigint>;

  /** Yields every event after `after`, then waits for new ones, also those of other processes, until `signal` aborts. */
  subscribe(after: bigint, signal: AbortSignal, options?: SubscribeOptions): AsyncIterable<RecordedEvent>;

  close(): Promise<void>;
}

/** NestJS token. */
export const EVENT_STORE = Symbol('EventStore');
