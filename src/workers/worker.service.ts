import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { EVENT_STORE } from '../events/event-store.js';
import type { EventStore } from '../events/event-store.js';
import { LEASES } from '../kernel/lease.js';
import type { Leases } from '../kernel/lease.js';
import { holdLease } from './hold-lease.js';
import { Reactor, REACTOR_CHECKPOINTS } from './reactor.js';
import type { Reaction, ReactorCheckpoints } from './reactor.js';
import { WORKER_LOG } from './worker-log.js';
import type { WorkerLog } from './worker-log.js';

/** NestJS token of what worker processes react with. */
export const REACTIONS = Symbol('readonly Reaction[]');

/** Runs the reactions while the application runs; of many worker processes one does each at a time. */
@Injectable()
export class WorkerService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    @Inject(REACTIONS) private readonly reactions: readonly Reaction[],
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(REACTOR_CHECKPOINTS) private readonly checkpoints: ReactorCheckpoints,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(WORKER_LOG) private readonly log: WorkerLog,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.reactions.map((reaction) => this.runReactor(reaction));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  private runReactor(reaction: Reaction): Promise<void> {
    const { leases, eventStore, checkpoints, log } = this;
    return holdLease(
      {
        leases,
        name: `reactor/${reaction.name}`,
        work: (signal) => new Reactor(reaction, eventStore, checkpoints, log).run(signal),
        onFailure: (error) => log.interrupted(reaction.name, error),
      },
      this.stopping.signal,
    );
  }
}
