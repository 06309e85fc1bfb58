import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again until the probe stops throwing, and gives what it returned.
 * The limit only ends a test that has failed; it is no expectation about speed.
 */
export async function eventually<T>(probe: () => T | Promise<T>, limitMs = 30_000): Promise<T> {
  const giveUpAt = Date.now() + limitMs;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
    await pause(50);
  }
}

/** Waits until the clock shows a later second than the given timestamp, which has no fraction. */
export async function secondAfter(timestamp: string): Promise<void> {
  await eventually(() => {
    if (Date.now() < Date.parse(timestamp) + 1000) throw new Error(`it is still ${timestamp}`);
  });
}
