import type { Print } from '../print.js';
import { printable } from '../printable.js';
import type { ListedImage, ManagedCache } from './managed-cache.js';

/** What can be done with a cache on the command line. */
export type CacheAction = Readonly<
  | { kind: 'list'; json: boolean }
  | { kind: 'queue' | 'delete'; imageId: string }
  | { kind: 'clear'; target: 'cache' | 'queue' | null }
  | { kind: 'prune' | 'clean' | 'prefetch' }
>;

/** Does it, and prints what came of it. @returns whether all was done */
export async function manageCache(cache: ManagedCache, action: CacheAction, print: Print): Promise<boolean> {
  switch (action.kind) {
    case 'list':
      await printList(cache, action.json, print);
      return true;
    case 'queue':
      await cache.queue(action.imageId);
      return true;
    case 'delete':
      await cache.remove(action.imageId);
      return true;
    case 'clear':
      await cache.clear(action.target);
      return true;
    case 'clean':
      await cache.clean();
      return true;
    case 'prune': {
      const { files, bytes } = await cache.prune();
      print(`${files} images with ${bytes} bytes removed`);
      return true;
    }
    case 'prefetch': {
      const { cached, waiting } = await cache.prefetch();
      print(`${cached} images cached, ${waiting} still queued`);
      return waiting === 0;
    }
  }
}

async function printList(cache: ManagedCache, json: boolean, print: Print): Promise<void> {
  const { cached, queued } = await cache.list();
  if (json) {
    for (const image of cached) print(JSON.stringify({ cached: image.imageId, ...documentOf(image) }));
    for (const imageId of queued) print(JSON.stringify({ queued: imageId }));
    return;
  }
  for (const image of cached) {
    const { size, hits, last_accessed, last_modified } = documentOf(image);
    const times = `last accessed ${last_accessed}, cached ${last_modified}`;
    print(printable(`${image.imageId}  ${size} bytes, ${hits} hits, ${times}`));
  }
  for (const imageId of queued) print(printable(`${imageId}  queued`));
  print(`${cached.length} cached, ${queued.length} queued`);
}

const documentOf = ({ sizeBytes, hits, lastAccessedMs, lastModifiedMs }: ListedImage) => ({
  size: sizeBytes,
  hits,
  last_accessed: new Date(lastAccessedMs).toISOString(),
  last_modified: new Date(lastModifiedMs).toISOString(),
});
