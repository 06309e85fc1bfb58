import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below a folder that hold data of an image, finished or not. */
export async function imageFilesBelow(folder: string, imageId: string): Promise<string[]> {
  const files = await filesOf(await readdir(folder, { withFileTypes: true }));
  return files.filter(({ name }) => name.startsWith(imageId)).map(({ parentPath, name }) => join(parentPath, name));
}

async function filesOf(entries: readonly Dirent[]): Promise<readonly Dirent[]> {
  const folders = entries.filter((entry) => entry.isDirectory());
  const below = await Promise.all(folders.map(async (entry) => filesOf(await entriesOf(entry))));
  return [...entries.filter((entry) => entry.isFile()), ...below.flat()];
}

/** Tasks come and go with their folders: one that is removed meanwhile has nothing in it. */
async function entriesOf({ parentPath, name }: Dirent): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(parentPath, name), { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
