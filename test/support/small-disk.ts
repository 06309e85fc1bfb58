import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Mounts a file system of 4 MiB on a new folder; null where this user may not mount one. */
export const mountSmallDisk = (): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'hindsight-small-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  if (mounted.status === 0) return folder;
  rmdirSync(folder);
  return null;
};

export const unmount = (folder: string): void => {
  spawnSync('umount', [folder]);
  rmdirSync(folder);
};

/** Writes a file until the disk is full. */
export const fillDisk = (path: string): void => {
  const file = openSync(path, 'w');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(file);
  }
};
