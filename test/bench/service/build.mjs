import { existsSync } from 'node:fs';
import { buildIfNeeded } from '../../../scripts/prepare.mjs';
import { UsageError } from '../settings.mjs';

/** Old code must not be measured by accident. */
export async function buildTheService({ program }) {
  if (program === null) await buildIfNeeded();
  else if (!existsSync(program)) throw new UsageError(`BENCH_PROGRAM: there is no ${program}.`);
}
