import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UsageError } from '../settings.mjs';

/** @throws UsageError that names the tools which are not on PATH */
export function requireTools(names) {
  const absent = names.filter((name) => !isOnPath(name));
  if (absent.length === 0) return;
  throw new UsageError(
    `Not on PATH: ${absent.join(', ')}. Install them with the system's packages (Debian: curl, wrk).`,
  );
}

/** Whether there is such a program. */
export const isOnPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
