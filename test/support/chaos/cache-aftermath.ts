import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cacheDirOf, cachedFiles } from '../caching-service.js';
import type { ServiceEnvironment } from '../service.js';

/** A cache with room for a part of the images, which forgets soon what is left in it. */
export const chaosCache = (dataDir: string): ServiceEnvironment => ({
  OS_DEFAULT__IMAGE_CACHE_DIR: cacheDirOf({ dataDir }),
  OS_HINDSIGHT__IMAGE_CACHE_STORES: 'all',
  OS_DEFAULT__IMAGE_CACHE_MAX_SIZE: String(4 * 1024 ** 2),
  OS_DEFAULT__IMAGE_CACHE_STALL_TIME: '5',
});

/**
 * What must not be in the image cache when nothing is under way: anything but whole copies of the data of images, or a copy
 * that is in no ledger, or an entry without a copy. Nothing where there is no cache.
 */
export async function wrongInCache(dataDir: string, images: ReadonlyMap<string, any>): Promise<readonly string[]> {
  const dir = cacheDirOf({ dataDir });
  const names = await cachedFiles(dir);
  const wrong = await Promise.all(names.map(async (name) => wrongCopy(join(dir, name), images.get(name))));
  const [entries, copies] = [new Set(ledgerOf(dir) ?? names), new Set(names)];
  return [
    ...wrong.filter((each) => each !== null),
    ...names.filter((name) => !entries.has(name)).map((name) => `the ledger of the cache lacks ${name}`),
    ...[...entries].filter((id) => !copies.has(id)).map((id) => `the ledger of the cache has ${id} without a copy`),
  ];
}

async function wrongCopy(path: string, image: any): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null); // it may be removed at this moment
  if (bytes === null) return null;
  if (image === undefined) return `${path} is a copy of nothing`;
  const checksum = createHash('md5').update(bytes).digest('hex');
  return checksum === image.checksum ? null : `${path} is not what image ${image.id} has: ${checksum}`;
}

/** Ids that the ledger names; null where it is not in the folder. */
function ledgerOf(dir: string): readonly string[] | null {
  const file = join(dir, 'cache.db');
  if (!existsSync(file)) return null;
  const ledger = new Database(file, { readonly: true });
  try {
    return ledger
      .prepare<[], { image_id: string }>('SELECT image_id FROM cached_images')
      .all()
      .map(({ image_id: id }) => id);
  } finally {
    ledger.close();
  }
}
