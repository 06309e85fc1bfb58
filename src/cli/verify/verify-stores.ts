import type { ImageLocation } from '../../events/contracts/image-events.js';
import { uploadLease } from '../../modules/images/commands/upload-claim.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import type { ConfiguredStore, StoredObject } from '../../stores/image-store.js';
import { StoredDataMissing } from '../../stores/stores.errors.js';
import type { Finding } from './finding.js';
import { problemOf } from './finding.js';
import type { ImageFold } from './image-fold.js';
import type { ImageLog } from './image-log.js';
import type { Verified } from './verified.js';

type Stores = Pick<Verified, 'stores' | 'leases'>;

/** Looks for locations without their bytes, and for bytes that no image claims. */
export async function* verifyStores(log: ImageLog, { stores, leases }: Stores): AsyncGenerator<Finding> {
  for (const fold of log.folds.values()) yield* verifyLocations(log, fold, stores);
  for (const store of stores.values()) {
    try {
      for await (const object of store.driver.inventory()) yield* verifyObject(log, object, store, leases);
    } catch (error) {
      yield { check: 'store', subject: `store ${store.id}`, problem: problemOf(error) };
    }
  }
}

async function* verifyLocations(log: ImageLog, fold: ImageFold, stores: Verified['stores']): AsyncGenerator<Finding> {
  for (const location of locationsWithBytes(fold.state)) {
    const problem = await locationProblem(location, fold.state.sizeBytes, stores);
    if (problem === null) continue;
    const { state } = await log.foldAgain(fold.imageId);
    if (!locationsWithBytes(state).some(({ url }) => url === location.url)) continue;
    yield { check: 'location', subject: `image ${fold.imageId}`, problem: `${problem} (${location.url})` };
  }
}

/** What was deleted may have lost its bytes already. */
const locationsWithBytes = ({ status, locations }: ImageState): readonly ImageLocation[] =>
  status === 'deleted' ? [] : locations;

async function locationProblem(
  { store: storeId, url }: ImageLocation,
  sizeBytes: number | null,
  stores: Verified['stores'],
): Promise<string | null> {
  const store = stores.get(storeId);
  if (store === undefined) return `its data is in the store ${storeId}, which is not configured`;
  try {
    const stored = await store.driver.sizeOf(url);
    return sizeBytes === null || stored === sizeBytes ? null : `${stored} bytes are stored, ${sizeBytes} should be`;
  } catch (error) {
    return error instanceof StoredDataMissing ? `its data is missing in the store ${storeId}` : problemOf(error);
  }
}

async function* verifyObject(
  log: ImageLog,
  object: StoredObject,
  store: ConfiguredStore,
  leases: Verified['leases'],
): AsyncGenerator<Finding> {
  const { imageId } = object;
  const fold = log.folds.get(imageId);
  if (object.kind === 'image' && claims(fold, object.url)) return;
  const { state } = await log.foldAgain(imageId);
  if (object.kind === 'image' && state.locations.some(({ url }) => url === object.url)) return;
  const uploadId = object.kind === 'unfinished' ? object.uploadId : state.uploadId;
  if (uploadId !== null && (await leases.isHeld(uploadLease(uploadId)))) return;
  const subject = `image ${imageId} in store ${store.id}`;
  yield object.kind === 'unfinished'
    ? { check: 'unfinished', subject, problem: `upload ${object.uploadId} left bytes behind, and nobody works on it` }
    : { check: 'orphan', subject, problem: `no image has these bytes (${object.url})` };
}

const claims = (fold: ImageFold | undefined, url: string): boolean =>
  fold?.state.locations.some((location) => location.url === url) ?? false;
