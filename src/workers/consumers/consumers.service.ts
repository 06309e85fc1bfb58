import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { EventCodec } from '../../events/event-codec.js';
import type { AnyEvent } from '../../events/event-codec.js';
import { EVENT_STORE } from '../../events/event-store.js';
import type { EventStore } from '../../events/event-store.js';
import { LEASES } from '../../kernel/lease.js';
import type { Leases } from '../../kernel/lease.js';
import { holdLease } from '../hold-lease.js';
import { CONSUMER_CHECKPOINTS, CONSUMER_LOG, CONSUMER_METER } from './consumer.js';
import type { Consumer, ConsumerCheckpoints, ConsumerLog, ConsumerMeter } from './consumer.js';
import { isUnreadable, OrderedConsumer } from './ordered-consumer.js';

/** NestJS token of who is told of events. */
export const CONSUMERS = Symbol('readonly Consumer[]');

/** Tells consumers of events while the application runs; of many processes one tells each of them at a time. */
@Injectable()
export class ConsumersService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private running: readonly Promise<void>[] = [];

  constructor(
    @Inject(CONSUMERS) private readonly consumers: readonly Consumer[],
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(EventCodec) private readonly codec: EventCodec<AnyEvent>,
    @Inject(CONSUMER_CHECKPOINTS) private readonly checkpoints: ConsumerCheckpoints,
    @Inject(LEASES) private readonly leases: Leases,
    @Inject(CONSUMER_LOG) private readonly log: ConsumerLog,
    @Inject(CONSUMER_METER) private readonly meter: ConsumerMeter,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.consumers.map((consumer) => this.run(consumer));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.running);
  }

  /** A consumer that cannot read an event leaves its work to processes that may be newer. */
  private run(consumer: Consumer): Promise<void> {
    const { eventStore, codec, checkpoints, log, meter } = this;
    const stuck = new AbortController();
    return holdLease(
      {
        leases: this.leases,
        name: `consumer/${consumer.name}`,
        work: (signal) => new OrderedConsumer(consumer, { eventStore, codec, checkpoints, log, meter }).run(signal),
        onFailure: (error) => {
          if (isUnreadable(error)) stuck.abort();
          else log.interrupted(consumer.name, error);
        },
      },
      AbortSignal.any([this.stopping.signal, stuck.signal]),
    );
  }
}
