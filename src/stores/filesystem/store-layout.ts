import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { StoreUrlInvalid } from '../stores.errors.js';
import { assertStoreIds, isStoreId } from '../store-ids.js';

const UNFINISHED = '.unfinished';

/** Where a filesystem store keeps what: `<dir>/<imageId>` and `<dir>/.unfinished/<imageId>.<uploadId>`. */
export class StoreLayout {
  readonly dataDir: string;
  readonly unfinishedDir: string;

  constructor(dataDir: string) {
    this.dataDir = resolve(dataDir);
    this.unfinishedDir = join(this.dataDir, UNFINISHED);
  }

  imagePath(imageId: string): string {
    assertStoreIds(imageId);
    return join(this.dataDir, imageId);
  }

  unfinishedPath(imageId: string, uploadId: string): string {
    assertStoreIds(imageId, uploadId);
    return join(this.unfinishedDir, `${imageId}.${uploadId}`);
  }

  url(imageId: string): string {
    return pathToFileURL(this.imagePath(imageId)).href;
  }

  owns(url: string): boolean {
    return this.#find(url) !== null;
  }

  /** @throws StoreUrlInvalid unless the URL names a place directly in this store's directory */
  pathOf(url: string): string {
    const path = this.#find(url);
    if (path === null) throw new StoreUrlInvalid('The location is not in this image store');
    return path;
  }

  imageIdOf(url: string): string | null {
    const path = this.#find(url);
    return path === null ? null : basename(path);
  }

  /** @returns the ids of an unfinished upload; null for a file that is not ours */
  parseUnfinished(name: string): { imageId: string; uploadId: string } | null {
    const [imageId = '', uploadId = '', ...more] = name.split('.');
    return more.length === 0 && isStoreId(imageId) && isStoreId(uploadId) ? { imageId, uploadId } : null;
  }

  #find(url: string): string | null {
    const path = toPath(url);
    return path !== null && dirname(path) === this.dataDir && isStoreId(basename(path)) ? path : null;
  }
}

function toPath(url: string): string | null {
  try {
    return fileURLToPath(url);
  } catch {
    return null;
  }
}
