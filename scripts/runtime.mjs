// Plain ESM that older versions of Node run as well: it finds, or asks for, the one that the program needs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const REQUIRED = [24, 9];

const isNewEnough = (version) => {
  const [major, minor] = version.split('.').map(Number);
  return major > REQUIRED[0] || (major === REQUIRED[0] && minor >= REQUIRED[1]);
};

/** The Node that runs the program and its tests: the pinned one of node_modules, else this one if it is new enough. */
export function runtime() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  if (isNewEnough(process.versions.node)) return process.execPath;
  console.error(
    `This is Node ${process.versions.node}, but Hindsight needs ${REQUIRED.join('.')} or newer, and for ` +
      `${process.platform}-${process.arch} none is installed with the dependencies. Install a newer Node and try again.`,
  );
  process.exit(2);
}

/**
 * What the runtime is told when it runs the program. Left alone, V8 lets the part of its heap where objects are born grow to
 * 128 MiB: see ADR 0030.
 */
export const runtimeOptions = ['--max-semi-space-size=16'];
