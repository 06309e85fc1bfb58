import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 60_000;

/**
 * Asks again and again until the answer is true.
 * @param what for the error: what was waited for
 * @throws Error when it takes too long
 */
export async function waitUntil(what, isTrue, { everyMs, limitMs = LIMIT_MS }) {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAt > limitMs) throw new Error(`After ${limitMs / 1000} s: ${what}`);
    await delay(everyMs);
  }
}
