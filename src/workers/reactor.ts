import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, RecordedEvent } from '../events/event-store.js';

/** Consumes events and causes work. What it does must be harmless when done twice. */
export interface Reaction {
  readonly name: string;
  readonly reactsTo: ReadonlySet<string>;
  react(event: RecordedEvent): Promise<void>;
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

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 30_000;

/** Most reactions that may wait for their retry before the reactor stops reading on. */
const MAX_UNFINISHED = 1000;

/**
 * Runs a reaction on all events after its checkpoint, in order. One that fails is tried again with growing pauses while
 * others go on; the checkpoint stays below the oldest that is unfinished, so that nothing is forgotten in a crash.
 */
export class Reactor {
  private readonly unfinished = new Map<bigint, Promise<void>>();
  private lastRead = 0n;

  constructor(
    private readonly reaction: Reaction,
    private readonly eventStore: EventStore,
    private readonly checkpoints: ReactorCheckpoints,
    private readonly log: ReactorLog,
  ) {}

  /**
   * To be called once. Resolves when `signal` has aborted and what was being done is done, or given up until the next start.
   * @throws what the event store or the checkpoints fail with, when nothing of this run goes on any more
   */
  async run(signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    try {
      await this.follow(AbortSignal.any([signal, ending.signal]));
    } finally {
      ending.abort();
      await Promise.allSettled(this.unfinished.values());
    }
    await this.saveCheckpoint();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    this.lastRead = await this.checkpoints.load(this.reaction.name);
    for await (const event of this.eventStore.subscribe(this.lastRead, signal)) {
      this.lastRead = event.position;
      if (!this.reaction.reactsTo.has(event.type)) continue;
      const work = this.untilDone(event, signal).then(() => this.finished(event));
      work.catch(() => undefined); // stays in the map, below which the checkpoint stays
      this.unfinished.set(event.position, work);
      if (this.unfinished.size >= MAX_UNFINISHED) await Promise.race(this.unfinished.values()).catch(() => undefined);
    }
  }

  private async finished(event: RecordedEvent): Promise<void> {
    this.unfinished.delete(event.position);
    await this.saveCheckpoint();
  }

  private async saveCheckpoint(): Promise<void> {
    const [oldest] = this.unfinished.keys();
    await this.checkpoints.save(this.reaction.name, oldest === undefined ? this.lastRead : oldest - 1n);
  }

  /** @throws the abort reason, so that a reaction that waits for its retry stays unfinished */
  private async untilDone(event: RecordedEvent, signal: AbortSignal): Promise<void> {
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS)) {
      try {
        await this.reaction.react(event);
        return;
      } catch (error) {
        this.log.failed(this.reaction.name, event, error);
        await sleep(pauseMs, undefined, { signal });
      }
    }
  }
}
