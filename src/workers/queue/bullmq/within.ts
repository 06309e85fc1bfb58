import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the work was done in time. What is late goes on, and its failure is nobody's. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const limit = new AbortController();
  const late = sleep(limitMs, false, { signal: limit.signal }).catch(() => false);
  const done = work.then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([done, late]);
  limit.abort();
  return inTime;
}
