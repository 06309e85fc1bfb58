import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from './backends.js';

const mounted = (folder: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status === 0;

/** A file system of 4 MiB, which is there while the tests of its suite run. */
class SmallDisk {
  private path: string | null = null;

  get folder(): string {
    if (this.path === null) throw new Error('nothing is mounted: only hooks and tests of the suite may ask');
    return this.path;
  }

  mount(): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'hindsight-small-'));
    if (mounted(folder)) this.path = folder;
    else rmdirSync(folder);
    return this.path !== null;
  }

  unmount(): void {
    const { folder } = this;
    const { status, stderr } = spawnSync('umount', [folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${folder} cannot be unmounted: ${stderr}`);
    rmdirSync(folder);
    this.path = null;
  }
}

/** Whether this user may do it can only be found out by doing it: nothing of that is left behind. */
const mayMount = (): boolean => {
  const trial = new SmallDisk();
  if (!trial.mount()) return false;
  trial.unmount();
  return true;
};

/** A suite on a small disk, mounted for it and gone behind it. Whoever may not mount one lacks a backend. */
export function describeOnSmallDisk(title: string, suite: (disk: Pick<SmallDisk, 'folder'>) => void): void {
  describeWithBackend('the right to mount a file system', mayMount(), () => {
    const disk = new SmallDisk();
    beforeAll(() => {
      if (!disk.mount()) throw new Error('the small disk cannot be mounted');
    });
    afterAll(() => disk.unmount());
    describe(title, () => suite(disk));
  });
}

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
