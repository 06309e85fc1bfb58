import type { CacheLedger, LedgerEntry } from '../../kernel/cache-ledger.js';
import type { Clock } from '../../kernel/clock.js';
import type { Leases } from '../../kernel/lease.js';
import { CacheNodesUnknown } from '../cache.errors.js';
import { DataFile } from '../filesystem/data-file.js';
import { readAhead } from '../filesystem/read-ahead.js';
import { HashThread } from '../hashing/hash-thread.js';
import type { CacheableImage, CachedImage, ImageCache, OpenOrigin, PrefetchOutcome, Pruned } from '../image-cache.js';
import type { ByteRange, StoredBytes } from '../image-store.js';
import { StoredDataMissing } from '../stores.errors.js';
import { BackgroundDigest } from './background-digest.js';
import { CacheFill } from './cache-fill.js';
import type { CacheFolder } from './cache-folder.js';
import type { CacheObserver } from './cache-observer.js';
import { CopyInvalid } from './copy-invalid.js';
import { CacheRoom } from './cache-room.js';
import { takeCopyTurn } from './copy-turn.js';

type CacheParts = Readonly<{
  folder: CacheFolder;
  ledger: CacheLedger;
  leases: Leases;
  clock: Clock;
  observer: CacheObserver;
  /** Whether there is such an image: what is deleted while it is copied must not stay. */
  exists: (imageId: string) => Promise<boolean>;
  maxSizeBytes: number;
  stallTimeMs: number;
  /** Copies that clients' readings make at a time. */
  maxFills: number;
}>;

type Running = Readonly<{ sizeBytes: number; fill: Promise<CacheFill | null> }>;

/** Keeps copies as files of one folder, which any number of processes share. */
export class FileImageCache implements ImageCache {
  private readonly running = new Map<string, Running>();
  private readonly notes = new Set<Promise<void>>();
  private readonly threads = new Map<string, HashThread>();
  private readonly closing = new AbortController();
  private readonly room: CacheRoom;
  private notifyQueued: () => void = () => undefined;

  constructor(private readonly parts: CacheParts) {
    const { folder, maxSizeBytes, observer } = parts;
    this.room = new CacheRoom({ cache: this, folder, running: this.running, maxSizeBytes, observer });
  }

  async read(image: CacheableImage, range: ByteRange | null): Promise<StoredBytes | null> {
    try {
      return await this.openCopy(image, range);
    } catch (error) {
      this.parts.observer.failed(error);
      return null;
    }
  }

  async readThrough(image: CacheableImage, origin: OpenOrigin): Promise<StoredBytes | null> {
    this.parts.observer.missed();
    const busy = this.running.size >= this.parts.maxFills && !this.running.has(image.id);
    try {
      const fill = busy ? null : await this.fill(image, origin);
      return fill === null ? await origin(null) : fill.follow(origin);
    } catch (error) {
      if (error instanceof StoredDataMissing) return null;
      throw error;
    }
  }

  async prefetch(image: CacheableImage, origin: OpenOrigin, signal: AbortSignal): Promise<PrefetchOutcome> {
    if (await this.isCached(image.id)) return 'cached';
    if (!this.fits(image)) return 'too_large';
    try {
      const fill = await this.fill(image, origin);
      if (fill === null) return 'failed';
      return (await endOrAbort(fill.done, signal)) ? 'cached' : 'failed';
    } catch (error) {
      if (error instanceof StoredDataMissing) return 'missing';
      throw error;
    }
  }

  async list(): Promise<readonly CachedImage[]> {
    await Promise.all(this.notes);
    const [entries, files] = await Promise.all([this.parts.ledger.list(), this.parts.folder.copies()]);
    const sizes = new Map(files.map(({ name, sizeBytes }) => [name, sizeBytes]));
    return entries.filter(({ imageId, sizeBytes }) => sizes.get(imageId) === sizeBytes);
  }

  queued(): Promise<readonly string[]> {
    return this.parts.folder.queued();
  }

  async queue(imageId: string): Promise<boolean> {
    if (await this.isCached(imageId)) return false; // one that is being cached waits: it may yet fail
    const isNew = await this.parts.folder.enqueue(imageId);
    this.notifyQueued(); // also for one that waits already: somebody is waiting for it
    return isNew;
  }

  dequeue(imageId: string): Promise<boolean> {
    return this.parts.folder.dequeue(imageId);
  }

  async evict(imageId: string): Promise<boolean> {
    const was = await this.parts.folder.remove(imageId);
    await this.parts.ledger.remove(imageId).catch((error: unknown) => this.parts.observer.failed(error));
    return was;
  }

  async forget(imageId: string): Promise<void> {
    await this.tryTo(async () => {
      await Promise.all([this.dequeue(imageId), this.evict(imageId)]);
      return null;
    });
  }

  async prune(): Promise<Pruned> {
    return this.room.shrinkTo(this.parts.maxSizeBytes);
  }

  async clean(): Promise<number> {
    const { folder, ledger, clock, stallTimeMs } = this.parts;
    const untilMs = clock.now().getTime() - stallTimeMs;
    const entries = await ledger.list();
    const copies = new Set((await folder.copies()).map(({ name }) => name));
    for (const { imageId, lastModifiedMs } of entries)
      if (!copies.has(imageId) && lastModifiedMs < untilMs) await ledger.remove(imageId);
    return folder.clean(untilMs);
  }

  async nodesWith(imageId: string): Promise<readonly string[]> {
    const nodes = await this.parts.ledger.nodesWith(imageId);
    if (nodes === null)
      throw new CacheNodesUnknown('Only the image cache driver centralized_db knows which nodes have an image cached.');
    return nodes;
  }

  async strays(): Promise<readonly string[]> {
    const { folder, ledger } = this.parts;
    const files = await folder.copies(); // first: a copy that has its name has had its entry before
    const known = new Set((await ledger.list()).map(({ imageId }) => imageId));
    const unknown = files.map(({ name }) => name).filter((name) => !known.has(name));
    const left = new Set((await folder.copies()).map(({ name }) => name)); // what was evicted meanwhile is none
    return unknown.filter((name) => left.has(name));
  }

  onQueued(listener: () => void): void {
    this.notifyQueued = listener;
  }

  /** Gives up what is being copied. */
  async close(): Promise<void> {
    this.closing.abort();
    const ends = [...this.running.values()].map(async ({ fill }) => (await fill)?.done);
    await Promise.allSettled(ends);
    await Promise.all(this.notes);
    await Promise.all([...this.threads.values()].map((thread) => thread.close()));
    await this.parts.ledger.close();
  }

  private async openCopy(image: CacheableImage, range: ByteRange | null): Promise<StoredBytes | null> {
    const { folder, ledger, observer } = this.parts;
    const entry = await ledger.find(image.id);
    if (entry === null) return null;
    if (!isOf(image, entry)) {
      await this.evict(image.id); // the image has got other data since
      return null;
    }
    const copy = await folder.openCopy(image.id);
    if (copy === null) return null; // perhaps it is just getting its name: see publish
    if (copy.sizeBytes !== image.sizeBytes) {
      await copy.handle.close();
      await folder.invalidate(image.id, 'complete');
      await ledger.remove(image.id);
      return null;
    }
    const { offset, length } = range ?? { offset: 0, length: copy.sizeBytes };
    const lengthBytes = Math.max(0, Math.min(length, copy.sizeBytes - offset));
    this.noteHit(image.id);
    observer.hit(lengthBytes);
    return readAhead(copy.handle, offset, lengthBytes);
  }

  /** Nobody waits for it but those who want to know the number of hits. */
  private noteHit(imageId: string): void {
    const { ledger, clock, observer } = this.parts;
    const note = ledger.recordHit(imageId, clock.now().getTime()).catch((error: unknown) => observer.failed(error));
    this.notes.add(note);
    void note.finally(() => this.notes.delete(note));
  }

  private async isCached(imageId: string): Promise<boolean> {
    if ((await this.parts.ledger.find(imageId)) === null) return false;
    const copy = await this.parts.folder.openCopy(imageId);
    await copy?.handle.close();
    return copy !== null;
  }

  private fits({ sizeBytes }: CacheableImage): boolean {
    return sizeBytes > 0 && sizeBytes <= this.parts.maxSizeBytes;
  }

  /** The copying that is under way, or a new one; null when the image is not to be copied now. */
  private fill(image: CacheableImage, origin: OpenOrigin): Promise<CacheFill | null> {
    const known = this.running.get(image.id);
    if (known !== undefined) return known.fill;
    if (!this.fits(image) || this.closing.signal.aborted) return Promise.resolve(null);
    const fill = this.begin(image, origin);
    this.running.set(image.id, { sizeBytes: image.sizeBytes, fill });
    const end = (): void => void this.running.delete(image.id);
    fill.then((begun) => (begun === null ? end() : begun.done.then(end, end)), end);
    return fill;
  }

  /** @throws what the origin throws; trouble of the cache itself is nobody else's */
  private async begin(image: CacheableImage, origin: OpenOrigin): Promise<CacheFill | null> {
    const turn = await this.tryTo(() => takeCopyTurn(this.parts.leases, `${this.parts.folder.id}/${image.id}`));
    if (turn === null) return null;
    let begun: CacheFill | null = null;
    try {
      const target = await this.tryTo(() => this.openTarget(image));
      begun = target === null ? null : await this.copy(image, target, origin);
    } finally {
      if (begun === null) await turn.end();
      else void begun.done.then(turn.end, turn.end);
    }
    return begun;
  }

  private async tryTo<Result>(act: () => Promise<Result | null>): Promise<Result | null> {
    try {
      return await act();
    } catch (error) {
      this.parts.observer.failed(error);
      return null;
    }
  }

  /** Null when another process has copied the image by now, or there is no room. */
  private async openTarget(image: CacheableImage): Promise<Target | null> {
    const { folder } = this.parts;
    if (await this.isCached(image.id)) return null;
    if (!(await this.room.make(image))) return null;
    const digest = image.digest === null ? null : new BackgroundDigest(this.threadFor(image.digest.algorithm));
    try {
      await folder.discardIncomplete(image.id); // a dead process' one: it is our turn
      // By way of the page cache: those who follow read what has just been written.
      return { file: await DataFile.create(folder.incompletePath(image.id), { directIo: false }), digest };
    } catch (error) {
      digest?.drop();
      throw error;
    }
  }

  private async copy(image: CacheableImage, { file, digest }: Target, origin: OpenOrigin): Promise<CacheFill | null> {
    const { folder } = this.parts;
    let source: StoredBytes | null = null;
    try {
      source = await origin(null);
      if (source === null) throw new StoredDataMissing('The data is not in the image store');
    } catch (error) {
      digest?.drop();
      await file.close();
      await folder.discardIncomplete(image.id);
      throw error;
    }
    const fill = new CacheFill({
      image,
      source,
      file,
      path: folder.incompletePath(image.id),
      digest,
      publish: () => this.publish(image),
      signal: this.closing.signal,
    });
    fill.done.catch((error: unknown) => this.discard(image.id, file, error));
    return fill;
  }

  /** First the ledger: a crash before the file has its name leaves an entry that means nothing. */
  private async publish({ id, sizeBytes, digest }: CacheableImage): Promise<void> {
    const { folder, ledger, clock, exists, observer } = this.parts;
    const entry = { imageId: id, sizeBytes, digest: digest?.hex ?? null, nowMs: clock.now().getTime() };
    await ledger.add(entry);
    await folder.complete(id);
    // Who evicted an older copy at this very moment may have taken the new entry for the old one's.
    if ((await ledger.find(id)) === null) await ledger.add(entry);
    await folder.dequeue(id);
    observer.filled(id, sizeBytes);
    if (!(await exists(id))) await this.evict(id);
  }

  private async discard(imageId: string, file: DataFile, error: unknown): Promise<void> {
    const { folder, observer } = this.parts;
    observer.fillFailed(imageId, error);
    await this.tryTo(async () => {
      if (!(await file.isInPlace())) return null;
      if (error instanceof CopyInvalid) await folder.invalidate(imageId, 'incomplete');
      else await folder.discardIncomplete(imageId);
      return null;
    });
  }

  private threadFor(algorithm: string): HashThread {
    const thread = this.threads.get(algorithm) ?? new HashThread(algorithm);
    this.threads.set(algorithm, thread);
    return thread;
  }
}

type Target = Readonly<{ file: DataFile; digest: BackgroundDigest | null }>;

/** Entries that Glance made have no hash. */
const isOf = (image: CacheableImage, { sizeBytes, digest }: LedgerEntry): boolean =>
  sizeBytes === image.sizeBytes && (digest === null || digest === (image.digest?.hex ?? null));

/** @returns false when the signal aborted first */
async function endOrAbort(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  const aborted = Promise.withResolvers<false>();
  const onAbort = (): void => aborted.resolve(false);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work.then(() => true), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
