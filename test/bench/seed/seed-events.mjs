import { randomUUIDv7 } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../../scripts/runtime.mjs';
import { eventsOfImage } from './events-of-image.mjs';
import { seededImage } from './seeded-images.mjs';

/** Streams that are appended to at once: the store lets them share a transaction. */
const AT_ONCE = 256;

const built = (path) => import(pathToFileURL(join(root, 'dist', path)).href);

/**
 * Appends the history of seeded images to the log of a data folder, as if clients had made them, and lets the read models
 * catch up. The numbers before `from` must have been seeded; no service may use the folder meanwhile.
 * @returns how many events there are, and seconds for the log and for the read models
 */
export async function seedEvents({ dataDir, from = 0, images, onProgress = () => undefined }) {
  const backend = await openBackendOf(dataDir);
  const { eventHash } = await built('events/event-hash.js');
  try {
    const appending = stopwatch();
    let events = 0;
    for (let number = from; number < images; number += AT_ONCE) {
      const count = Math.min(AT_ONCE, images - number);
      const histories = Array.from({ length: count }, (_, index) => history(seededImage(number + index), eventHash));
      await Promise.all(histories.map(({ stream, chain }) => backend.eventStore.append(stream, 'no_stream', chain)));
      events += histories.reduce((sum, { chain }) => sum + chain.length, 0);
      onProgress({ images: number + count, of: images });
    }
    const appendSeconds = appending();
    const projecting = stopwatch();
    await backend.projections.catchUp();
    return { events, appendSeconds, projectSeconds: projecting() };
  } finally {
    await backend.close();
  }
}

async function openBackendOf(dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const [{ loadConfig }, { openBackend }] = await Promise.all([built('config/load-config.js'), built('backend.js')]);
  const environment = { OS_HINDSIGHT__DATA_DIR: dataDir };
  const { config } = loadConfig({ files: [], directories: [], environment, commandLine: {} });
  return openBackend(config);
}

function history(image, eventHash) {
  const stream = `image-${image.id}`;
  const common = {
    recordedAt: image.createdAt,
    actor: { userId: 'seed', projectId: image.owner, roles: ['member', 'reader'] },
    ...{ requestId: null, correlationId: `seed-${image.name}`, causationId: null },
  };
  let previousHash = null;
  const chain = eventsOfImage(image).map((event, revision) => {
    const newEvent = { id: randomUUIDv7(), ...event, metadata: { ...common, previousHash } };
    previousHash = eventHash(stream, revision, newEvent);
    return newEvent;
  });
  return { stream, chain };
}

function stopwatch() {
  const startedAt = performance.now();
  return () => (performance.now() - startedAt) / 1000;
}
