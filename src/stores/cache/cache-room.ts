import type { CacheableImage, ImageCache, Pruned } from '../image-cache.js';
import type { CacheFolder } from './cache-folder.js';
import type { CacheObserver } from './cache-observer.js';
import { leastRecentlyUsed } from './least-recently-used.js';

type RoomParts = Readonly<{
  cache: Pick<ImageCache, 'list' | 'evict'>;
  folder: Pick<CacheFolder, 'incomplete' | 'freeBytes'>;
  /** Images that this process is copying, with what they will take. */
  running: ReadonlyMap<string, Readonly<{ sizeBytes: number }>>;
  maxSizeBytes: number;
  observer: Pick<CacheObserver, 'evicted'>;
}>;

/** Sees to it that copies, finished and unfinished ones, never take more than they may, nor more than the disk has. */
export class CacheRoom {
  private made: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: RoomParts) {}

  /** One after the other, so that no two take the same room. @returns false when there cannot be enough */
  make(image: CacheableImage): Promise<boolean> {
    const made = this.made.catch(() => undefined).then(() => this.makeNow(image));
    this.made = made;
    return made;
  }

  /** Removes what was read least recently, until the finished copies take no more than this. */
  async shrinkTo(maxBytes: number): Promise<Pruned> {
    let [files, bytes] = [0, 0];
    for (const { imageId, sizeBytes } of leastRecentlyUsed(await this.parts.cache.list(), maxBytes)) {
      if (!(await this.parts.cache.evict(imageId))) continue; // another process was faster
      files += 1;
      bytes += sizeBytes;
      this.parts.observer.evicted(sizeBytes);
    }
    return { files, bytes };
  }

  private async makeNow({ id, sizeBytes }: CacheableImage): Promise<boolean> {
    const { cache, folder, running, maxSizeBytes } = this.parts;
    const [cached, unfinished, freeBytes] = await Promise.all([cache.list(), folder.incomplete(), folder.freeBytes()]);
    const ours = [...running].filter(([imageId]) => imageId !== id).map(([, other]) => other);
    const others = unfinished.filter(({ name }) => !running.has(name));
    const reservedBytes = bytesOf(ours) + bytesOf(others) + sizeBytes;
    const leftForCopies = Math.min(maxSizeBytes, bytesOf(cached) + freeBytes) - reservedBytes;
    if (leftForCopies < 0) return false;
    await this.shrinkTo(leftForCopies);
    return true;
  }
}

const bytesOf = (files: readonly Readonly<{ sizeBytes: number }>[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
