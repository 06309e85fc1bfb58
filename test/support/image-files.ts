import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below a folder that hold data of an image, finished or not. */
export async function imageFilesBelow(folder: string, imageId: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const ofImage = entries.filter((entry) => entry.isFile() && entry.name.startsWith(imageId));
  return ofImage.map((entry) => join(entry.parentPath, entry.name));
}
