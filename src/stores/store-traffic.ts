import { setTimeout as wait } from 'node:timers/promises';
import type { StoreConfig } from '../config/app-config.js';
import { ByteRate } from './byte-rate.js';
import type { Pacing } from './byte-rate.js';
import { Turns } from './turns.js';

type StoreLimits = Pick<StoreConfig, 'id' | 'taskWriteBytesPerS' | 'taskWriteConcurrency'>;

const realTime: Pacing = {
  now: () => performance.now(),
  pause: (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }),
};

/** What the tasks of this process may write to each store, so that they leave room for the clients. One per process. */
export class StoreTraffic {
  private readonly rates = new Map<string, ByteRate>();
  private readonly turns = new Map<string, Turns>();

  constructor(stores: readonly StoreLimits[], pacing: Pacing = realTime) {
    for (const { id, taskWriteBytesPerS, taskWriteConcurrency } of stores) {
      if (taskWriteBytesPerS > 0) this.rates.set(id, new ByteRate(taskWriteBytesPerS, pacing));
      if (taskWriteConcurrency > 0) this.turns.set(id, new Turns(taskWriteConcurrency));
    }
  }

  /**
   * Does the work of a task that writes to a store, when it is its turn.
   * @throws the signal's reason when it aborts before the work has begun
   */
  run<Result>(storeId: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const turns = this.turns.get(storeId);
    return turns === undefined ? work() : turns.take(work, signal);
  }

  /**
   * Passes on what a task writes to a store, no faster than all tasks together may.
   * @param signal ends a pause early, with its reason
   */
  throttle(storeId: string, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.rates.get(storeId)?.pass(chunks, signal) ?? chunks;
  }
}
