import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, RecordedEvent } from '../events/event-store.js';
import { growingPauseMs } from './growing-pause.js';

/** Whether the event is done with now. Never rejects. */
type Attempt = (event: RecordedEvent, signal: AbortSignal) => Promise<boolean>;

/**
 * Events whose reactions fail and that are too many to be kept in memory: of each there is only its position, and it is read
 * again when its turn comes. They are tried one after the other, over and over.
 */
export class ParkedEvents {
  private readonly positions = new Set<bigint>();
  private arrival = Promise.withResolvers<undefined>();

  constructor(
    private readonly eventStore: Pick<EventStore, 'readAll'>,
    private readonly attempt: Attempt,
  ) {}

  add(position: bigint): void {
    this.positions.add(position);
    this.arrival.resolve(undefined);
  }

  /**
   * Tries what is parked until `signal` aborts, with pauses that grow while nothing succeeds.
   * @throws what the event store fails with
   */
  async retry(signal: AbortSignal): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    for (let failedRounds = 1; !signal.aborted; failedRounds += 1) {
      await Promise.race([this.arrival.promise, stopped]);
      await sleep(growingPauseMs(failedRounds), undefined, { signal }).catch(() => undefined);
      if (await this.tryAll(signal)) failedRounds = 0;
      if (this.positions.size === 0) this.arrival = Promise.withResolvers();
    }
  }

  /** @returns whether any was done */
  private async tryAll(signal: AbortSignal): Promise<boolean> {
    let anyDone = false;
    for (const position of [...this.positions]) {
      if (signal.aborted) break;
      const [event] = await this.eventStore.readAll(position - 1n, 1);
      if (event === undefined || !(await this.attempt(event, signal))) continue;
      this.positions.delete(position);
      anyDone = true;
    }
    return anyDone;
  }
}
