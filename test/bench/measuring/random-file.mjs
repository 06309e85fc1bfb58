import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;

/** Writes a file that no file system can compress. */
export function createRandomFile(folder, name, mib) {
  const path = join(folder, name);
  const hash = createHash('md5');
  const block = Buffer.allocUnsafe(MIB);
  const file = openSync(path, 'w');
  try {
    for (let written = 0; written < mib; written += 1) {
      randomFillSync(block);
      hash.update(block);
      writeSync(file, block);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { path, sizeBytes: mib * MIB, md5: hash.digest('hex') };
}
