import { setTimeout as sleep } from 'node:timers/promises';
import type { EventDecoder } from '../../projections/projection.js';
import type { AnyEvent } from '../../events/event-codec.js';
import type { EventStore } from '../../events/event-store.js';
import { InvalidStoredEvent, UnknownEventSchema, UnknownEventType } from '../../events/events.errors.js';
import type { Consumer, ConsumerCheckpoints, ConsumerLog, ConsumerMeter, OutgoingEvent } from './consumer.js';
import { LazyCheckpoint } from './lazy-checkpoint.js';
import { Slots } from './slots.js';

/** Events that may be unfinished before nothing more is read: what one stream holds up, others need not wait for. */
const WINDOW = 1000;

/** What the consumer works with. */
export type ConsumerParts = Readonly<{
  eventStore: EventStore;
  codec: EventDecoder<AnyEvent>;
  checkpoints: ConsumerCheckpoints;
  log: ConsumerLog;
  meter: ConsumerMeter;
}>;

/**
 * Tells a consumer of all events behind its checkpoint. Each stream is a lane: its events are told one after the other, each
 * until it is delivered or given up; lanes go on side by side. The checkpoint stays below the oldest event that is unfinished,
 * so that nothing is forgotten in a crash.
 */
export class OrderedConsumer<Message> {
  /** Positions of what is not done, oldest first. */
  private readonly unfinished = new Set<bigint>();
  /** The end of what is to be done, by stream. */
  private readonly lanes = new Map<string, Promise<void>>();
  /** Streams in which an event cannot be read. */
  private readonly blocked = new Set<string>();
  private readonly slots: Slots;
  private readonly checkpoint: LazyCheckpoint;
  private readonly unreadable = Promise.withResolvers<never>();
  private lastRead = 0n;
  private progress = Promise.withResolvers<undefined>();

  constructor(
    private readonly consumer: Consumer<Message>,
    private readonly parts: ConsumerParts,
  ) {
    this.slots = new Slots(consumer.concurrency);
    this.checkpoint = new LazyCheckpoint(() => this.saveCheckpoint());
    this.unreadable.promise.catch(() => undefined); // may happen when nobody waits any more
  }

  /**
   * To be called once. Resolves when `signal` has aborted and nothing goes on any more.
   * @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent when it cannot go on; what came before is done then
   * @throws what the event store or the checkpoints fail with
   */
  async run(signal: AbortSignal): Promise<void> {
    this.lastRead = await this.parts.checkpoints.load(this.consumer.name);
    const [reading, ending] = [new AbortController(), new AbortController()];
    const working = AbortSignal.any([signal, ending.signal]);
    const following = this.follow(AbortSignal.any([working, reading.signal]), working);
    try {
      await Promise.race([following, this.unreadable.promise]);
    } catch (error) {
      if (isUnreadable(error)) await this.stop(error, reading);
      throw error;
    } finally {
      ending.abort();
      await following.catch(() => undefined);
      await this.lanesAreDone();
      await this.checkpoint.end();
    }
  }

  private async follow(reading: AbortSignal, working: AbortSignal): Promise<void> {
    for await (const envelope of this.parts.eventStore.subscribe(this.lastRead, reading)) {
      const outgoing = { envelope, event: this.parts.codec.decode(envelope) };
      this.lastRead = envelope.position;
      this.unfinished.add(envelope.position);
      this.enter(outgoing, working);
      while (this.unfinished.size >= WINDOW && !reading.aborted) await this.progress.promise;
    }
  }

  /** Nothing more is read; what came before must not stay behind. */
  private async stop(error: Unreadable, reading: AbortController): Promise<void> {
    this.parts.log.stopped(this.consumer.name, error);
    this.parts.meter.stopped(this.consumer.name, error.code);
    reading.abort();
    await this.lanesAreDone();
  }

  private async lanesAreDone(): Promise<void> {
    await Promise.all(this.lanes.values());
  }

  private enter(outgoing: OutgoingEvent, signal: AbortSignal): void {
    const { stream } = outgoing.envelope;
    const ahead = this.lanes.get(stream) ?? Promise.resolve();
    const done = ahead.then(() => this.tell(outgoing, signal));
    this.lanes.set(stream, done);
    void done.then(() => {
      if (this.lanes.get(stream) === done) this.lanes.delete(stream);
      this.progress.resolve(undefined);
      this.progress = Promise.withResolvers();
    });
  }

  /** Until it is delivered, given up, or the signal aborts. Never rejects. */
  private async tell(outgoing: OutgoingEvent, signal: AbortSignal): Promise<void> {
    const message = await this.prepared(outgoing, signal);
    if (message === undefined) return;
    for (let attempt = 1; message !== null; attempt += 1) {
      const failure = await this.attempt(message, outgoing, attempt, signal);
      if (failure === null) break;
      await this.pause(attempt, failure.error, signal);
      if (signal.aborted) return;
    }
    this.unfinished.delete(outgoing.envelope.position);
    this.checkpoint.touch();
  }

  /** @returns null: there is nothing to tell; undefined: that will not be known here */
  private async prepared(outgoing: OutgoingEvent, signal: AbortSignal): Promise<Message | null | undefined> {
    const { stream } = outgoing.envelope;
    for (let failures = 1; !signal.aborted && !this.blocked.has(stream); failures += 1) {
      try {
        return await this.consumer.prepare(outgoing);
      } catch (error) {
        if (isUnreadable(error)) {
          this.blocked.add(stream);
          this.unreadable.reject(error);
        } else {
          this.parts.log.interrupted(this.consumer.name, error);
          await this.pause(failures, error, signal);
        }
      }
    }
    return undefined;
  }

  /** @returns null: it is done with. Never rejects. */
  private async attempt(
    message: Message,
    outgoing: OutgoingEvent,
    attempt: number,
    signal: AbortSignal,
  ): Promise<Failure | null> {
    const { name, attempts } = this.consumer;
    try {
      await this.slots.use(async () => {
        signal.throwIfAborted();
        await this.consumer.deliver(message, signal);
      });
      this.parts.meter.delivered(name);
      return null;
    } catch (error) {
      if (signal.aborted) return { error };
      this.parts.meter.failed(name);
      const isLast = attempts !== null && attempt >= attempts;
      return isLast && (await this.giveUp(outgoing, attempt, error)) ? null : { error };
    }
  }

  /** @returns false when it cannot be noted: then it is tried again */
  private async giveUp(outgoing: OutgoingEvent, attempts: number, error: unknown): Promise<boolean> {
    const { name } = this.consumer;
    try {
      await this.consumer.giveUp(outgoing, attempts, error);
    } catch (failure) {
      this.parts.log.interrupted(name, failure);
      return false;
    }
    this.parts.log.gaveUp(name, outgoing, attempts, error);
    this.parts.meter.gaveUp(name);
    return true;
  }

  private async pause(failures: number, error: unknown, signal: AbortSignal): Promise<void> {
    await sleep(this.consumer.pauseMs(failures, error), undefined, { signal }).catch(() => undefined);
  }

  private async saveCheckpoint(): Promise<void> {
    const [oldest] = this.unfinished;
    await this.parts.checkpoints.save(this.consumer.name, oldest === undefined ? this.lastRead : oldest - 1n);
  }
}

/** What an attempt failed of. */
type Failure = Readonly<{ error: unknown }>;

type Unreadable = UnknownEventType | UnknownEventSchema | InvalidStoredEvent;

/** It is the event itself that stops a reader: trying again does not help, skipping it would falsify what follows. */
export const isUnreadable = (error: unknown): error is Unreadable =>
  error instanceof UnknownEventType || error instanceof UnknownEventSchema || error instanceof InvalidStoredEvent;
