import { setTimeout as sleep } from 'node:timers/promises';
import { mayHeal, translateFault } from './kurrentdb.faults.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** Longer after each failure; a random part keeps processes out of step. */
const pauseMs = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);

/** Waits before the next attempt, or until `signal` aborts. */
export const pauseAfter = (failures: number, signal: AbortSignal): Promise<unknown> =>
  sleep(pauseMs(failures), undefined, { signal }).catch(() => undefined);

/**
 * Tries what may heal again and again for a time. What is tried has to be harmless when it is done twice.
 * @throws EventStoreUnavailable, and what does not heal
 */
export async function persistently<Result>(
  act: () => Promise<Result>,
  forMs: number,
  signal: AbortSignal,
): Promise<Result> {
  const deadline = performance.now() + forMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (!mayHeal(error) || performance.now() >= deadline) throw translateFault(error);
      await pauseAfter(attempt, signal);
      if (signal.aborted) throw translateFault(error);
    }
  }
}
