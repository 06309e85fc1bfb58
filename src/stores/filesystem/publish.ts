import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { StoreDuplicate } from '../stores.errors.js';
import { errnoOf, removing, writing, writingFailure } from './storage-error.js';

const { EMLINK, ENOSYS, EOPNOTSUPP, EPERM } = constants.errno;
const NO_HARD_LINKS: ReadonlySet<number | null> = new Set([EMLINK, ENOSYS, EOPNOTSUPP, EPERM]);

/**
 * Makes a durable file readable under its final name, durably, and never over another file.
 * @throws StoreDuplicate, StoreFull, StoreDenied, StoreUnavailable; then nothing is readable under the final name
 */
export async function publish(unfinishedPath: string, finalPath: string): Promise<void> {
  await moveExclusively(unfinishedPath, finalPath);
  try {
    await removing(unlink(unfinishedPath));
    await writing(syncDirectory(dirname(finalPath)));
  } catch (error) {
    await removing(unlink(finalPath));
    throw error;
  }
}

async function moveExclusively(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_HARD_LINKS.has(errnoOf(error))) throw writingFailure(error);
    await renameUnlessTaken(from, to);
  }
}

/** For file systems without hard links. The claim on the image's upload keeps two of them from meeting here. */
async function renameUnlessTaken(from: string, to: string): Promise<void> {
  if (await exists(to)) throw new StoreDuplicate('The image store has data of this image already');
  await writing(rename(from, to));
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
