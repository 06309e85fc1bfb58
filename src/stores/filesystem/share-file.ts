import { link, lstat, unlink } from 'node:fs/promises';
import { constants } from 'node:os';
import { StoredDataMissing, StoreOperationUnsupported } from '../stores.errors.js';
import { publish } from './publish.js';
import { errnoOf, reading, removing, writingFailure } from './storage-error.js';

const { EMLINK, ENOENT, ENOSYS, EOPNOTSUPP, EPERM, EXDEV } = constants.errno;
const UNSHARABLE: ReadonlySet<number | null> = new Set([EMLINK, ENOSYS, EOPNOTSUPP, EPERM, EXDEV]);

/**
 * Gives a durable file a further name, by way of an unfinished one as any other file gets its name.
 * @returns its size in bytes
 * @throws StoredDataMissing, StoreOperationUnsupported when this file cannot have further names, and what `publish` throws
 */
export async function shareFile(path: string, unfinishedPath: string, finalPath: string): Promise<number> {
  const stats = await reading(lstat(path));
  if (!stats.isFile()) throw new StoredDataMissing('The data is not in the image store');
  await linkTo(path, unfinishedPath);
  try {
    await publish(unfinishedPath, finalPath);
  } catch (error) {
    await removing(unlink(unfinishedPath));
    throw error;
  }
  return stats.size;
}

async function linkTo(path: string, furtherPath: string): Promise<void> {
  try {
    await link(path, furtherPath);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === ENOENT) throw new StoredDataMissing('The data is not in the image store', {}, { cause: error });
    if (!UNSHARABLE.has(errno)) throw writingFailure(error);
    throw new StoreOperationUnsupported('The image store cannot share these data', {}, { cause: error });
  }
}
