import { randomUUIDv7 } from 'node:crypto';
import { built } from '../service/built-program.mjs';
import { eventsOfImage } from './events-of-image.mjs';
import { seededImage } from './seeded-images.mjs';

/** Makes the stream of a seeded image by its number, with hashes as the program would chain them. */
export async function openHistories() {
  const { eventHash } = await built('events/event-hash.js');
  return { historyOf: (number) => historyOf(seededImage(number), eventHash) };
}

function historyOf(image, eventHash) {
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
