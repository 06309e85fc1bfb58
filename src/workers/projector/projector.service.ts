import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { EVENT_STORE } from '../../events/event-store.js';
import type { EventStore } from '../../events/event-store.js';
import { LEASES } from '../../kernel/lease.js';
import type { Leases } from '../../kernel/lease.js';
import { holdLease } from '../hold-lease.js';
import { PROJECTOR_OBSERVER } from './projector-observer.js';
import type { ProjectorObserver } from './projector-observer.js';

/** Read models that know how far they have come. */
export type FollowingReadModels = Readonly<{
  catchUp(position: bigint): Promise<void>;
  status(): Promise<readonly Readonly<{ checkpoint: bigint }>[]>;
}>;

/** NestJS token of all of them. */
export const FOLLOWING_READ_MODELS = Symbol('readonly FollowingReadModels[]');

/** Held by the projector that follows the log. */
export const PROJECTOR_LEASE = 'projector';

/** Whoever has appended an event brings the read models up to it, too. Doing so at the same time would only be in the way. */
const HEAD_START_MS = 100;

/**
 * Keeps read models up to the log while the application runs: those that nobody waits for, and those whose writer died before
 * it had brought them up to its events. Of several projectors one does so at a time. At an event that it cannot read it stops,
 * and leaves the next attempt to whoever is first: a newer program beside it goes on.
 */
@Injectable()
export class ProjectorService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private isAtWork = false;
  private failure: unknown = null;
  /** How far the read models had come when this projector last was at work. */
  private left = 0n;

  constructor(
    @Inject(FOLLOWING_READ_MODELS) private readonly readModels: readonly FollowingReadModels[],
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(PROJECTOR_OBSERVER) private readonly observer: ProjectorObserver,
  ) {}

  onApplicationBootstrap(): void {
    const work = (signal: AbortSignal): Promise<void> => this.work(signal);
    const onFailure = (error: unknown): void => this.fail(error);
    const exclusive = { leases: this.leases, name: PROJECTOR_LEASE, work, onFailure };
    this.running = holdLease(exclusive, this.stopping.signal);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Why no projector follows the log, as far as this one knows; null: one does. */
  async problem(): Promise<unknown> {
    if (this.failure !== null && !this.isAtWork && (await this.othersGoOn())) this.resume();
    return this.failure;
  }

  private async work(signal: AbortSignal): Promise<void> {
    this.isAtWork = true;
    this.observer.atWork(true);
    try {
      await this.follow(signal);
    } finally {
      this.left = await this.checkpoint().catch(() => this.left);
      this.isAtWork = false;
      this.observer.atWork(false);
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let reached = await this.checkpoint();
    if (reached >= (await this.eventStore.lastPosition())) this.resume();
    for await (const { position } of this.eventStore.subscribe(reached, signal)) {
      if (position > reached) {
        await sleep(HEAD_START_MS, undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        reached = await this.bringUpTo(position);
        this.resume();
      }
      this.observer.followed();
    }
  }

  /** @returns how far all have come: as far as needed, or farther. @throws what stops a reader of the log */
  private async bringUpTo(position: bigint): Promise<bigint> {
    for (const each of this.readModels) {
      if ((await checkpointOf(each)) < position) await each.catchUp(position);
    }
    return this.checkpoint();
  }

  private async checkpoint(): Promise<bigint> {
    return lowest(await Promise.all(this.readModels.map(checkpointOf)));
  }

  /** Somebody has brought read models farther than this one could, or as far as there is anything to do. */
  private async othersGoOn(): Promise<boolean> {
    try {
      const checkpoint = await this.checkpoint();
      return checkpoint > this.left || checkpoint >= (await this.eventStore.lastPosition());
    } catch {
      return false;
    }
  }

  private fail(error: unknown): void {
    const isKnown = String(this.failure) === String(error);
    this.failure = error;
    if (!isKnown) this.observer.stopped(error);
  }

  private resume(): void {
    if (this.failure === null) return;
    this.failure = null;
    this.observer.resumed();
  }
}

const checkpointOf = async (readModels: FollowingReadModels): Promise<bigint> =>
  lowest((await readModels.status()).map(({ checkpoint }) => checkpoint));

const lowest = (positions: readonly bigint[]): bigint =>
  positions.reduce((low, position) => (position < low ? position : low));
