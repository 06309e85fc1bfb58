import type { EventStore } from '../events/event-store.js';
import type { EventDecoder, ProjectedEvent } from './projection.js';

/** Events up to the first that cannot be decoded; `failure` says why that one could not. */
type DecodedBatch<E> = Readonly<{
  events: readonly ProjectedEvent<E>[];
  failure: Readonly<{ error: unknown }> | null;
}>;

/** The log of all events, decoded. */
export class DecodedEvents<E> {
  constructor(
    private readonly eventStore: EventStore,
    private readonly decoder: EventDecoder<E>,
  ) {}

  async read(after: bigint, limit: number): Promise<DecodedBatch<E>> {
    const events: ProjectedEvent<E>[] = [];
    for (const envelope of await this.eventStore.readAll(after, limit)) {
      try {
        events.push({ event: this.decoder.decode(envelope), envelope });
      } catch (error) {
        return { events, failure: { error } };
      }
    }
    return { events, failure: null };
  }

  lastPosition(): Promise<bigint> {
    return this.eventStore.lastPosition();
  }
}
