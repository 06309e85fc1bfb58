import type { Finding } from './finding.js';
import { ImageLog } from './image-log.js';
import type { Verified } from './verified.js';
import { verifyReadModel } from './verify-read-model.js';
import { verifyStores } from './verify-stores.js';

/**
 * Checks that every stream folds and its chain of hashes holds, that read models equal the fold, that each location has
 * its bytes, and that each stored file has its image. May run beside a working service: whatever looks wrong is looked
 * at again before it is reported.
 */
export async function* verify(
  verified: Verified,
): AsyncGenerator<Finding, Readonly<{ events: number; images: number }>> {
  const log = new ImageLog(verified.eventStore, verified.codec);
  const complete = yield* log.read();
  if (complete) {
    yield* verifyReadModel(log, verified);
    yield* verifyStores(log, verified);
  }
  return { events: log.eventCount, images: log.folds.size };
}
