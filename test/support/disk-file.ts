import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectSuccess, isInstalled, runCommand } from './run-command.js';

export type DiskFile = Readonly<{ path: string; format: 'qcow2' | 'raw' }>;

/** A disk to upload: a real qcow2 where qemu-img is installed, else random bytes. */
export async function createDiskFile(folder: string): Promise<DiskFile> {
  const raw = join(folder, 'disk.raw');
  await writeFile(raw, randomBytes(3 * 1024 * 1024));
  if (!isInstalled('qemu-img')) return { path: raw, format: 'raw' };
  const path = join(folder, 'disk.qcow2');
  expectSuccess(await runCommand('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, path], {}));
  return { path, format: 'qcow2' };
}
