import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './run.mjs';
import { root, runtime } from './runtime.mjs';

const at = (...parts) => join(root, ...parts);
const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Installs the npm dependencies, in the locked versions, when they are missing or older than their list. Never a system package. */
export async function installIfNeeded() {
  const installed = changedAt(at('node_modules', '.package-lock.json'));
  if (installed > 0 && installed >= Math.max(changedAt(at('package-lock.json')), changedAt(at('package.json')))) return;
  console.error('Installing dependencies ...');
  // Not `npm ci`: it insists on an entry of the lock file for every platform, also where the registry lacks some.
  await mustRun('npm', ['install', '--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund']);
  const now = new Date();
  utimesSync(at('node_modules', '.package-lock.json'), now, now);
}

/** Compiles when a source is newer than the last build that succeeded. */
export async function buildIfNeeded() {
  const stamp = at('dist', '.built');
  if (newest([at('src'), at('tsconfig.json'), at('tsconfig.build.json'), at('package-lock.json')]) < changedAt(stamp)) {
    return;
  }
  console.error('Building ...');
  await mustRun(runtime(), [at('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build']);
  writeFileSync(stamp, '');
}

function newest(paths) {
  const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();
  return Math.max(
    ...paths.map(changedAt),
    ...paths.filter(isFolder).map((folder) => newest(readdirSync(folder).map((name) => join(folder, name)))),
  );
}
