import type { ImageCache } from '../../stores/image-cache.js';
import type { ImageLog } from './image-log.js';

/** A copy of an image that has no data any more, or a file that looks like a copy but is in no ledger. */
export type CacheProblem = Readonly<{ kind: 'copy'; imageId: string; known: boolean }>;

/** Compares an image cache with the log. */
export async function* findCacheProblems(
  log: ImageLog,
  cache: Pick<ImageCache, 'list' | 'strays'>,
): AsyncGenerator<CacheProblem> {
  for (const { imageId } of await cache.list()) {
    const { state, broken } = await log.foldAgain(imageId);
    const { status } = state;
    if (!broken && status !== 'active' && status !== 'deactivated') yield { kind: 'copy', imageId, known: true };
  }
  for (const imageId of await cache.strays()) yield { kind: 'copy', imageId, known: false };
}
