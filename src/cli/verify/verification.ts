import { lockHolder } from '../../modules/images/domain/image-guards.js';
import type { ImageState } from '../../modules/images/domain/image-state.js';
import type { Finding } from './finding.js';
import { ImageLog } from './image-log.js';
import type { Verified } from './verified.js';
import { verifyMetadefs } from './verify-metadefs.js';
import { verifyReadModel } from './verify-read-model.js';
import { verifyStores } from './verify-stores.js';
import { verifyUsage } from './verify-usage.js';

/** How much was looked at, and how many deleted images still wait for the scrubber, which is no fault. */
type Verification = Readonly<{ events: number; images: number; waiting: number }>;

/**
 * Checks that every stream folds and its chain of hashes holds, that read models equal the fold, that
 * usage is what a fresh count says, that each location has
 * its bytes, and that each stored file has its image. May run beside a working service: whatever looks wrong is looked
 * at again before it is reported.
 */
export async function* verify(verified: Verified): AsyncGenerator<Finding, Verification> {
  const log = new ImageLog(verified.eventStore, verified.codec);
  const complete = yield* log.read();
  if (complete) {
    yield* verifyReadModel(log, verified);
    yield* verifyUsage(log, verified);
    yield* verifyMetadefs(log, verified);
    yield* verifyStores(log, verified);
  }
  const waiting = [...log.folds.values()].filter(({ state }) => waitsForScrubbing(state)).length;
  return { events: log.eventCount, images: log.folds.size, waiting };
}

/** Deleted images of which there may be bytes. */
const waitsForScrubbing = (state: ImageState): boolean => {
  if (state.status !== 'deleted') return state.status === 'pending_delete';
  return state.locations.length + state.removing.length > 0 || state.uploadId !== null || lockHolder(state) !== null;
};
