import { isDeepStrictEqual } from 'node:util';
import { IMAGE_STATUSES } from '../../modules/images/domain/image-status.js';
import type { ImageDetails } from '../../projections/images/image-details.read-model.js';
import {
  imagesWithOtherTraits,
  TABLES_BY_IMAGE,
  tablesThatDiffer,
} from '../../projections/images/image-row-differences.js';
import type { Finding } from './finding.js';
import { problemOf } from './finding.js';
import type { ImageLog } from './image-log.js';
import type { Verified } from './verified.js';

type ReadModels = Pick<Verified, 'database' | 'images' | 'projections'>;

/** Compares every row with the fold of its stream, and looks for rows that no stream explains. */
export async function* verifyReadModel(log: ImageLog, readModels: ReadModels): AsyncGenerator<Finding> {
  try {
    await readModels.projections.catchUp(log.lastPosition);
  } catch (error) {
    yield { check: 'read_model', subject: 'all images', problem: `they are not up to date: ${problemOf(error)}` };
    return;
  }
  const folds = [...log.folds.values()].filter(({ broken }) => !broken);
  const suspects = await imagesWithOtherTraits(
    readModels.database,
    folds.map(({ imageId, details }) => [imageId, details] as const),
  );
  for (const { imageId, details } of folds) {
    if (suspects.has(imageId) || (await differenceFrom(details, imageId, readModels, TABLES_BY_IMAGE)) !== null) {
      yield* compareNow(log, imageId, readModels);
    }
  }
  const listed = await readModels.images.withStatus(IMAGE_STATUSES, Number.MAX_SAFE_INTEGER);
  const unexplained = new Set([...suspects, ...listed.map(({ id }) => id)]);
  for (const id of unexplained) if (!log.folds.has(id)) yield* compareNow(log, id, readModels);
}

async function* compareNow(log: ImageLog, imageId: string, readModels: ReadModels): AsyncGenerator<Finding> {
  const { details, broken } = await log.foldAgain(imageId);
  const problem = broken ? null : await differenceFrom(details, imageId, readModels);
  if (problem !== null) yield { check: 'read_model', subject: `image ${imageId}`, problem };
}

async function differenceFrom(
  folded: ImageDetails | null,
  imageId: string,
  { database, images }: ReadModels,
  tables?: Parameters<typeof tablesThatDiffer>[3],
): Promise<string | null> {
  const shown = await images.find(imageId);
  if (!equal(shown, folded)) return difference(shown, folded);
  const differing = await tablesThatDiffer(database, imageId, folded, tables);
  return differing.length === 0 ? null : `lists find it by what it is not: the rows differ in ${differing.join(', ')}`;
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
