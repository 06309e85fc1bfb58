import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, RecordedEvent } from '../events/event-store.js';
import { growingPauseMs } from './growing-pause.js';
import { ParkedEvents } from './parked-events.js';

/** Consumes events and causes work. What it does must be harmless when done twice. */
export interface Reaction {
  readonly name: string;
  readonly reactsTo: ReadonlySet<string>;
  /** @param signal aborts when the reactor has to stop: what waits should end then by throwing the reason */
  react(event: RecordedEvent, signal: AbortSignal): Promise<void>;
}

/** Where a reactor remembers how far it has come. */
export interface ReactorCheckpoints {
  load(name: string): Promise<bigint>;
  save(name: string, position: bigint): Promise<void>;
}

/** NestJS token. */
export const REACTOR_CHECKPOINTS = Symbol('ReactorCheckpoints');

/** Told of every failed attempt; the next one follows. */
type ReactorLog = Readonly<{ failed(reaction: string, event: RecordedEvent, error: unknown): void }>;

/** First attempts that may be under way before the reactor stops reading on. They end by themselves. */
const MAX_FIRST_ATTEMPTS = 1000;
/** Failed events that are kept at hand for their next attempt; those beyond are parked. */
const MAX_AT_HAND = 1000;

/**
 * Runs a reaction on all events after its checkpoint, in order. One that fails is tried again with growing pauses while
 * others go on; the checkpoint stays below the oldest that is unfinished, so that nothing is forgotten in a crash. However
 * many fail, and for however long, newer events have their turn.
 */
export class Reactor {
  /** Positions of what is not done, oldest first. */
  private readonly unfinished = new Set<bigint>();
  private readonly firstAttempts = new Set<Promise<boolean>>();
  private readonly atHand = new Set<Promise<void>>();
  private readonly parked: ParkedEvents;
  private lastRead = 0n;

  constructor(
    private readonly reaction: Reaction,
    private readonly eventStore: EventStore,
    private readonly checkpoints: ReactorCheckpoints,
    private readonly log: ReactorLog,
  ) {
    this.parked = new ParkedEvents(eventStore, (event, signal) => this.attempt(event, signal));
  }

  /**
   * To be called once. Resolves when `signal` has aborted and what was being done is done, or given up until the next start.
   * @throws what the event store or the checkpoints fail with, when nothing of this run goes on any more
   */
  async run(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const either = AbortSignal.any([signal, ending.signal]);
    const [following, retrying] = [this.follow(either), this.parked.retry(either)];
    try {
      await Promise.race([following, failureOf(retrying)]);
    } finally {
      ending.abort();
      await Promise.allSettled([following, retrying]);
      await Promise.allSettled(this.firstAttempts);
      await Promise.allSettled(this.atHand);
    }
    await this.saveCheckpoint();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    this.lastRead = await this.checkpoints.load(this.reaction.name);
    const options = { types: this.reaction.reactsTo, onRead: (position: bigint) => (this.lastRead = position) };
    for await (const event of this.eventStore.subscribe(this.lastRead, signal, options)) {
      this.lastRead = event.position;
      this.unfinished.add(event.position);
      this.begin(event, signal);
      while (this.firstAttempts.size >= MAX_FIRST_ATTEMPTS) await Promise.race(this.firstAttempts);
    }
  }

  private begin(event: RecordedEvent, signal: AbortSignal): void {
    const first = this.attempt(event, signal);
    this.firstAttempts.add(first);
    void first.then((done) => {
      this.firstAttempts.delete(first);
      if (!done) this.keep(event, signal);
    });
  }

  private keep(event: RecordedEvent, signal: AbortSignal): void {
    if (this.atHand.size >= MAX_AT_HAND) {
      this.parked.add(event.position);
      return;
    }
    const retries = this.retry(event, signal);
    this.atHand.add(retries);
    void retries.finally(() => this.atHand.delete(retries));
  }

  /** Resolves when it is done, or given up because of the signal. */
  private async retry(event: RecordedEvent, signal: AbortSignal): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      await sleep(growingPauseMs(failures), undefined, { signal }).catch(() => undefined);
      if (signal.aborted || (await this.attempt(event, signal))) return;
    }
  }

  /** @returns whether it is done. Never rejects. */
  private async attempt(event: RecordedEvent, signal: AbortSignal): Promise<boolean> {
    try {
      await this.reaction.react(event, signal);
      this.unfinished.delete(event.position);
      await this.saveCheckpoint().catch(() => undefined); // the next one covers it
      return true;
    } catch (error) {
      if (!signal.aborted) this.log.failed(this.reaction.name, event, error);
      return false;
    }
  }

  private async saveCheckpoint(): Promise<void> {
    const [oldest] = this.unfinished;
    await this.checkpoints.save(this.reaction.name, oldest === undefined ? this.lastRead : oldest - 1n);
  }
}

/** Settles when the work fails, and never when it succeeds. */
const failureOf = (work: Promise<void>): Promise<never> =>
  new Promise((_, reject) => {
    work.catch(reject);
  });
