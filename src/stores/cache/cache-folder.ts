import { constants } from 'node:fs';
import { access, lstat, mkdir, open, readdir, rename, stat, statfs, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants as os, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { CacheUnavailable } from '../cache.errors.js';
import { errnoOf } from '../filesystem/storage-error.js';
import { assertStoreIds, isStoreId } from '../store-ids.js';

type FoundFile = Readonly<{ name: string; sizeBytes: number; modifiedMs: number }>;

/**
 * The folder of a cache, as Glance lays it out: `<dir>/<id>` is a complete copy, `incomplete/<id>` one that is being made,
 * `invalid/<id>` one that was found to be wrong, and an empty `queue/<id>` asks for one.
 */
export class CacheFolder {
  private constructor(
    readonly dir: string,
    /** Names this folder among all that processes of a deployment use. */
    readonly id: string,
  ) {}

  /** Creates what is missing. @throws CacheUnavailable */
  static async open(path: string): Promise<CacheFolder> {
    const dir = resolve(path);
    try {
      for (const name of ['incomplete', 'invalid', 'queue']) {
        await mkdir(join(dir, name), { recursive: true, mode: 0o750 });
        await access(join(dir, name), constants.W_OK | constants.X_OK);
      }
      await access(dir, constants.W_OK | constants.X_OK);
      const { dev, ino } = await stat(dir);
      return new CacheFolder(dir, `${hostname()}/${dev}/${ino}`);
    } catch (cause) {
      throw new CacheUnavailable('The folder of the image cache cannot be used', {}, { cause });
    }
  }

  pathOf(imageId: string): string {
    assertStoreIds(imageId);
    return join(this.dir, imageId);
  }

  incompletePath(imageId: string): string {
    assertStoreIds(imageId);
    return join(this.dir, 'incomplete', imageId);
  }

  /** Opens a complete copy; null when there is none. */
  async openCopy(imageId: string): Promise<Readonly<{ handle: FileHandle; sizeBytes: number }> | null> {
    if (!isStoreId(imageId)) return null;
    const handle = await unlessMissing(open(this.pathOf(imageId), constants.O_RDONLY | constants.O_NOFOLLOW));
    if (handle === null) return null;
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, sizeBytes: stats.size };
    await handle.close();
    return null;
  }

  /** Gives a finished copy its name, in the place of an older one. */
  async complete(imageId: string): Promise<void> {
    await rename(this.incompletePath(imageId), this.pathOf(imageId));
  }

  /** Takes a copy out of use that is not what it should be. */
  async invalidate(imageId: string, place: 'complete' | 'incomplete'): Promise<void> {
    const from = place === 'complete' ? this.pathOf(imageId) : this.incompletePath(imageId);
    await unlessMissing(rename(from, join(this.dir, 'invalid', imageId)));
  }

  /** @returns whether there was such a copy */
  async remove(imageId: string): Promise<boolean> {
    return isStoreId(imageId) && (await removed(this.pathOf(imageId)));
  }

  async discardIncomplete(imageId: string): Promise<void> {
    await removed(this.incompletePath(imageId));
  }

  copies(): Promise<readonly FoundFile[]> {
    return filesIn(this.dir);
  }

  incomplete(): Promise<readonly FoundFile[]> {
    return filesIn(join(this.dir, 'incomplete'));
  }

  /** Bytes that could be written to the file system now. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.dir);
    return bavail * bsize;
  }

  /** @returns false when it was queued already */
  async enqueue(imageId: string): Promise<boolean> {
    assertStoreIds(imageId);
    try {
      await writeFile(join(this.dir, 'queue', imageId), '', { flag: 'wx', mode: 0o640 });
      return true;
    } catch (error) {
      if (errnoOf(error) === os.errno.EEXIST) return false;
      throw error;
    }
  }

  async dequeue(imageId: string): Promise<boolean> {
    return isStoreId(imageId) && (await removed(join(this.dir, 'queue', imageId)));
  }

  /** Ids, in the order in which they were queued. */
  async queued(): Promise<readonly string[]> {
    const files = await filesIn(join(this.dir, 'queue'));
    return files.toSorted((one, other) => one.modifiedMs - other.modifiedMs).map(({ name }) => name);
  }

  /** Empties `invalid`, and removes from `incomplete` what was last written to before. @returns how many files */
  async clean(untilMs: number): Promise<number> {
    const invalid = (await filesIn(join(this.dir, 'invalid'))).map(({ name }) => join(this.dir, 'invalid', name));
    const stalled = (await this.incomplete()).filter(({ modifiedMs }) => modifiedMs < untilMs);
    const paths = [...invalid, ...stalled.map(({ name }) => this.incompletePath(name))];
    const outcomes = await Promise.all(paths.map(removed));
    return outcomes.filter(Boolean).length;
  }
}

async function filesIn(dir: string): Promise<readonly FoundFile[]> {
  const names = (await readdir(dir)).filter(isStoreId);
  const files = await Promise.all(
    names.map(async (name) => {
      const stats = await unlessMissing(lstat(join(dir, name)));
      return stats?.isFile() === true ? [{ name, sizeBytes: stats.size, modifiedMs: stats.mtimeMs }] : [];
    }),
  );
  return files.flat();
}

async function removed(path: string): Promise<boolean> {
  return (await unlessMissing(unlink(path).then(() => true))) ?? false;
}

async function unlessMissing<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === os.errno.ENOENT || errno === os.errno.ELOOP) return null;
    throw error;
  }
}
