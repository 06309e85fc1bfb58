import type { ImageLocation } from '../../events/contracts/image-events.js';
import type { ConfiguredStore, StoredObject } from '../../stores/image-store.js';
import { isAccountedFor } from './accounted-bytes.js';
import { findCacheProblems } from './cache-problems.js';
import type { CacheProblem } from './cache-problems.js';
import { problemOf } from './finding.js';
import type { ImageFold } from './image-fold.js';
import type { ImageLog } from './image-log.js';
import { locationProblem, locationsWithBytes } from './location-problem.js';
import type { LocationProblem } from './location-problem.js';
import type { Verified } from './verified.js';

/** A location without its bytes, bytes without a location, or a store that does not tell what it has. */
export type StoreProblem =
  | Readonly<{ kind: 'location'; imageId: string; location: ImageLocation } & LocationProblem>
  | Readonly<{ kind: 'bytes'; object: StoredObject; store: ConfiguredStore }>
  | Readonly<{ kind: 'store'; storeId: string; problem: string }>
  | CacheProblem;

type Stores = Pick<Verified, 'stores' | 'leases' | 'eventStore' | 'cache'>;

/** Compares the stores with the log. Whatever looks wrong is looked at again as it is now. */
export async function* findStoreProblems(log: ImageLog, stores: Stores): AsyncGenerator<StoreProblem> {
  for (const fold of log.folds.values()) yield* findLostLocations(log, fold, stores);
  for (const store of stores.stores.values()) {
    try {
      for await (const object of store.driver.inventory()) yield* findStrayBytes(log, object, store, stores);
    } catch (error) {
      yield { kind: 'store', storeId: store.id, problem: problemOf(error) };
    }
  }
  if (stores.cache !== null) yield* findCacheProblems(log, stores.cache);
}

async function* findLostLocations(log: ImageLog, fold: ImageFold, { stores }: Stores): AsyncGenerator<StoreProblem> {
  const { imageId } = fold;
  for (const location of locationsWithBytes(fold.state)) {
    const problem = await locationProblem(location, fold.state.sizeBytes, stores);
    if (problem === null) continue;
    const { state } = await log.foldAgain(imageId);
    if (!locationsWithBytes(state).some(({ url }) => url === location.url)) continue;
    yield { kind: 'location', imageId, location, ...problem };
  }
}

async function* findStrayBytes(
  log: ImageLog,
  object: StoredObject,
  store: ConfiguredStore,
  claims: Stores,
): AsyncGenerator<StoreProblem> {
  if (object.kind === 'image' && names(log.folds.get(object.imageId), object.url)) return;
  const { state } = await log.foldAgain(object.imageId);
  if (!(await isAccountedFor(object, state, claims))) yield { kind: 'bytes', object, store };
}

const names = (fold: ImageFold | undefined, url: string): boolean =>
  fold?.state.locations.some((location) => location.url === url) ?? false;
