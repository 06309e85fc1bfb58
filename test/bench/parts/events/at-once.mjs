/** How many appends are under way at a time, and how that is called. */
export const LOADS = [
  { atOnce: 1, kinds: 'one after the other' },
  { atOnce: 32, kinds: '32 at once' },
];

/** Beyond so many a run ends early: what is kept in memory must find room there. */
const MOST_APPENDS = 100_000;

/**
 * Does something again and again, so many times at once.
 * @param prepare makes what one round needs; outside of its latency
 * @returns latencies of all rounds in milliseconds, and how many seconds it took
 */
export async function repeatFor(seconds, atOnce, prepare, act) {
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const latencies = [];
  const writer = async () => {
    while (performance.now() < endsAt && latencies.length < MOST_APPENDS) {
      const prepared = prepare();
      const beganAt = performance.now();
      await act(prepared);
      latencies.push(performance.now() - beganAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, writer));
  return { latencies, seconds: (performance.now() - startedAt) / 1000 };
}
