import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Appends as often to the stream `shared` and to `own-<name>`, both at the same time. */
export const appendInOwnProcess = (place: string, name: string, appends: number): Promise<unknown> =>
  promisify(execFile)(process.execPath, [
    '--experimental-transform-types',
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'appending-process.mjs'),
    place,
    name,
    String(appends),
  ]);
