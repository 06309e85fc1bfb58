import { openBackendOf } from '../service/built-program.mjs';
import { openHistories } from './histories.mjs';

/** Streams that are appended to at once: the store lets them share a transaction. */
const AT_ONCE = 256;

/**
 * Appends the history of seeded images to the log of a data folder, as if clients had made them, and lets the read models
 * catch up. The numbers before `from` must have been seeded; no service may use the folder meanwhile.
 * @returns how many events there are, and seconds for the log and for the read models
 */
export async function seedEvents({ dataDir, environment, from = 0, images, onProgress = () => undefined }) {
  const backend = await openBackendOf({ dataDir, environment });
  const { historyOf } = await openHistories();
  try {
    const appending = stopwatch();
    let events = 0;
    for (let number = from; number < images; number += AT_ONCE) {
      const count = Math.min(AT_ONCE, images - number);
      const histories = Array.from({ length: count }, (_, index) => historyOf(number + index));
      await Promise.all(histories.map(({ stream, chain }) => backend.eventStore.append(stream, 'no_stream', chain)));
      events += histories.reduce((sum, { chain }) => sum + chain.length, 0);
      onProgress({ images: number + count, of: images });
    }
    const appendSeconds = appending();
    const projecting = stopwatch();
    await backend.projections.fill();
    return { events, appendSeconds, projectSeconds: projecting() };
  } finally {
    await backend.close();
  }
}

function stopwatch() {
  const startedAt = performance.now();
  return () => (performance.now() - startedAt) / 1000;
}
