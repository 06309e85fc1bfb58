import type { Finding } from './finding.js';
import type { ImageLog } from './image-log.js';
import { findStoreProblems } from './store-problems.js';
import type { StoreProblem } from './store-problems.js';
import type { Verified } from './verified.js';

/** Looks for locations without their bytes, and for bytes that no image claims. */
export async function* verifyStores(
  log: ImageLog,
  stores: Pick<Verified, 'stores' | 'leases' | 'eventStore' | 'cache'>,
): AsyncGenerator<Finding> {
  for await (const problem of findStoreProblems(log, stores)) yield findingOf(problem);
}

export function findingOf(found: StoreProblem): Finding {
  switch (found.kind) {
    case 'location': {
      const { imageId, problem, location } = found;
      return { check: 'location', subject: `image ${imageId}`, problem: `${problem} (${location.url})` };
    }
    case 'bytes':
      return findingOfBytes(found);
    case 'store':
      return { check: 'store', subject: `store ${found.storeId}`, problem: found.problem };
    case 'copy':
      return {
        check: 'cache',
        subject: `image ${found.imageId} in the cache`,
        problem: found.known
          ? 'the image has no data any more'
          : 'nothing is known of this file, nobody is served from it',
      };
  }
}

function findingOfBytes({ object, store }: Extract<StoreProblem, { kind: 'bytes' }>): Finding {
  const subject = `image ${object.imageId} in store ${store.id}`;
  return object.kind === 'unfinished'
    ? { check: 'unfinished', subject, problem: `upload ${object.uploadId} left bytes behind, and nobody works on it` }
    : { check: 'orphan', subject, problem: `no image has these bytes (${object.url})` };
}
