import { isDeepStrictEqual } from 'node:util';
import { IMAGE_STATUSES } from '../../modules/images/domain/image-status.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import type { Finding } from './finding.js';
import type { ImageLog } from './image-log.js';
import type { Verified } from './verified.js';

type ReadModels = Pick<Verified, 'images' | 'projections'>;

/** Compares every row with the fold of its stream, and looks for rows that no stream explains. */
export async function* verifyReadModel(log: ImageLog, { images, projections }: ReadModels): AsyncGenerator<Finding> {
  await projections.catchUp(log.lastPosition);
  for (const { imageId, details, broken } of log.folds.values()) {
    if (broken || equal(await images.find(imageId), details)) continue;
    yield* compareNow(log, imageId, images);
  }
  for (const { id } of await images.withStatus(IMAGE_STATUSES, Number.MAX_SAFE_INTEGER)) {
    if (!log.folds.has(id)) yield* compareNow(log, id, images);
  }
}

async function* compareNow(log: ImageLog, imageId: string, images: Verified['images']): AsyncGenerator<Finding> {
  const shown = await images.find(imageId);
  const { details, broken } = await log.foldAgain(imageId);
  if (broken || equal(shown, details)) return;
  yield { check: 'read_model', subject: `image ${imageId}`, problem: difference(shown, details) };
}

function difference(shown: ImageDetails | null, folded: ImageDetails | null): string {
  if (shown === null) return 'is missing in the read model';
  if (folded === null) return 'stands in the read model, but its events say that it is not there';
  const fields = Object.entries(folded).filter(
    ([field, value]) => !equal(new Map<string, unknown>(Object.entries(shown)).get(field), value),
  );
  return `the read model differs from the events in ${fields.map(([field]) => field).join(', ')}`;
}

/** The read model has been through JSON, which forgets prototypes and what is undefined. */
function equal(shown: unknown, folded: unknown): boolean {
  const stored: unknown = JSON.parse(JSON.stringify(folded));
  return isDeepStrictEqual(shown, stored);
}
