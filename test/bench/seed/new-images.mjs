import { randomUUID, randomUUIDv7 } from 'node:crypto';
import { openHistories } from './histories.mjs';

/** So many different images are taken in turn. */
const TEMPLATES = 500;

/** Makes the first event of an image that there is not yet, at next to no cost: what is measured is what becomes of it. */
export async function openNewImages() {
  const { historyOf } = await openHistories();
  const templates = Array.from({ length: TEMPLATES }, (_, number) => historyOf(number).chain[0]);
  let number = 0;
  return () => {
    const template = templates[(number += 1) % TEMPLATES];
    const imageId = randomUUID();
    const event = { ...template, id: randomUUIDv7(), data: { ...template.data, imageId } };
    return { stream: `image-${imageId}`, event };
  };
}
