import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TaskRun } from './task-run.js';

/**
 * Makes a file of a task under a name that no other attempt has, so that a worker that was taken over, and cleans up behind
 * itself, does not remove what its successor makes. What dead attempts have left goes away first.
 * @param make answers null when it makes nothing; the file gets its name otherwise
 * @throws TaskClaimLost, what `make` throws
 */
export async function makeFile<Made>(
  run: Pick<TaskRun, 'keepClaim'>,
  path: string,
  make: (unfinished: string) => Promise<Made | null>,
): Promise<Made | null> {
  await run.keepClaim();
  await removeUnfinished(path);
  const unfinished = `${path}.${randomUUID()}`;
  const made = await make(unfinished);
  if (made === null) return null;
  await run.keepClaim();
  await rename(unfinished, path);
  return made;
}

async function removeUnfinished(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const unfinished = names.filter((name) => name.startsWith(`${basename(path)}.`));
  for (const name of unfinished) await rm(join(dirname(path), name), { force: true });
}
