import type { ProjectionStatus } from '../projections/projection-runner.js';
import type { RebuildProgress } from '../projections/projection-rebuild.js';
import { UnknownProjection } from '../projections/projections.errors.js';
import type { Print } from './print.js';

/** The part of the projection runner that these commands use. */
type Projections = Readonly<{
  status(): Promise<readonly ProjectionStatus[]>;
  rebuild(name: string, onProgress: (progress: RebuildProgress) => void): Promise<void>;
}>;

/** Several groups of projections as one: those that commands wait for, and those that only their readers wait for. */
export const joined = (...groups: readonly Projections[]): Projections => ({
  status: async () => (await Promise.all(groups.map((group) => group.status()))).flat(),
  rebuild: async (name, onProgress) => {
    const known: string[] = [];
    for (const group of groups) {
      const names = (await group.status()).map((status) => status.name);
      if (names.includes(name)) return group.rebuild(name, onProgress);
      known.push(...names);
    }
    throw new UnknownProjection(`There is no projection ${name}; there are: ${known.join(', ')}`, { known });
  },
});

/** Between two lines of progress. */
const PROGRESS_INTERVAL_MS = 1000;

export async function printProjectionStatus(projections: Projections, json: boolean, print: Print): Promise<void> {
  for (const { name, checkpoint, lastPosition, lag } of await projections.status()) {
    const [at, last, behind] = [checkpoint, lastPosition, lag].map(String);
    if (json) print(JSON.stringify({ name, checkpoint: at, last_position: last, lag: behind }));
    else
      print(
        `${name.padEnd(20)}  at ${at ?? ''} of ${last ?? ''}  ${lag === 0n ? 'up to date' : `${behind ?? ''} behind`}`,
      );
  }
}

/**
 * Rebuilds one projection, or all of them, and says how fast it goes.
 * @throws UnknownProjection, RebuildSuperseded, and whatever stops a reader of the log
 */
export async function rebuildProjections(projections: Projections, name: string | null, print: Print): Promise<void> {
  const names = name === null ? (await projections.status()).map((status) => status.name) : [name];
  for (const each of names) await rebuildOne(projections, each, print);
}

async function rebuildOne(projections: Projections, name: string, print: Print): Promise<void> {
  const begin = performance.now();
  let printedAt = begin;
  let [position, events] = [0n, 0];
  const rate = (now: number): string => `${Math.round(events / Math.max((now - begin) / 1000, 0.001))} events/s`;
  await projections.rebuild(name, (progress) => {
    ({ position, events } = progress);
    const now = performance.now();
    if (now - printedAt < PROGRESS_INTERVAL_MS) return;
    printedAt = now;
    print(`${name}: at ${position} of ${progress.lastPosition}, ${rate(now)}`);
  });
  const end = performance.now();
  print(`${name}: rebuilt up to ${position} in ${((end - begin) / 1000).toFixed(1)} s, ${rate(end)}`);
}
