import type { AnyEvent } from '../../events/event-codec.js';
import type { RecordedEvent } from '../../events/event-store.js';

/** An event on its way out: as it was stored, and decoded to its latest version. */
export type OutgoingEvent = Readonly<{ envelope: RecordedEvent; event: AnyEvent }>;

/**
 * Who is told of every event: at least once, and of the events of one stream in their order. What comes of a repetition is
 * that the same is told under the same id again.
 */
export interface Consumer<Message = unknown> {
  /** Under which its checkpoint and its lease are kept, and measured. */
  readonly name: string;
  /** Attempts that may be under way at a time, each about another stream. */
  readonly concurrency: number;
  /** Attempts for one event until it is given up; null: it never is. */
  readonly attempts: number | null;
  /** How long to wait after so many failures in a row (from 1), the last of which was this error. */
  pauseMs(failures: number, error: unknown): number;
  /**
   * What there is to tell; null: nothing. Fails only when the log cannot be read, and is asked again then.
   * @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent
   */
  prepare(outgoing: OutgoingEvent): Promise<Message | null>;
  /**
   * Resolves when the other side has it.
   * @param signal aborts when the consumer has to stop: what waits should end then by throwing the reason
   */
  deliver(message: Message, signal: AbortSignal): Promise<void>;
  /** Resolves when it is noted that the event is not delivered. Events behind it in its stream come next. */
  giveUp(outgoing: OutgoingEvent, attempts: number, error: unknown): Promise<void>;
}

/** Where consumers remember how far they have come. */
export interface ConsumerCheckpoints {
  load(name: string): Promise<bigint>;
  save(name: string, position: bigint): Promise<void>;
  /** Notes where a consumer begins that has never begun. */
  begin(name: string, position: bigint): Promise<void>;
}

/** NestJS token. */
export const CONSUMER_CHECKPOINTS = Symbol('ConsumerCheckpoints');

/** What consumers tell the operator. */
export interface ConsumerLog {
  /** It was not delivered and will not be. */
  gaveUp(consumer: string, outgoing: OutgoingEvent, attempts: number, error: unknown): void;
  /** The consumer met an event that this program cannot read, and goes no further. */
  stopped(consumer: string, error: unknown): void;
  /** The log or the checkpoints cannot be used; it begins again behind its checkpoint. */
  interrupted(consumer: string, error: unknown): void;
  /** Said once when the other side cannot be reached, and once when it can be reached again. */
  away(consumer: string, error: unknown): void;
  back(consumer: string): void;
}

/** NestJS token. */
export const CONSUMER_LOG = Symbol('ConsumerLog');

/** What consumers are measured by. */
export interface ConsumerMeter {
  delivered(consumer: string): void;
  failed(consumer: string): void;
  gaveUp(consumer: string): void;
  /** @param error its code */
  stopped(consumer: string, error: string): void;
}

/** NestJS token. */
export const CONSUMER_METER = Symbol('ConsumerMeter');
