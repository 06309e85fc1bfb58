import { PARTS } from '../settings.mjs';

/**
 * What is written: `runs`, the oldest first, tell when, where and how which parts were measured; `metrics` and `limits` name
 * their part.
 */
export const reportOf = ({ parts, machine, settings }, { metrics, limits }) => ({
  runs: [{ parts, machine, settings: publishable(settings) }],
  metrics,
  limits,
});

/** The same with what another run, made later, has found: its parts take the place of those from before. */
export function merged(before, later) {
  const renewed = later.runs.flatMap(({ parts }) => parts);
  const isOld = (part) => !renewed.includes(part);
  const runs = before.runs.map((run) => ({ ...run, parts: run.parts.filter(isOld) }));
  const both = (kind) =>
    [...before[kind].filter(({ part }) => isOld(part)), ...later[kind]].toSorted((a, b) => rankOf(a) - rankOf(b));
  return {
    runs: [...runs.filter(({ parts }) => parts.length > 0), ...later.runs],
    metrics: both('metrics'),
    limits: both('limits'),
  };
}

/** What was measured with; where runs differ, the newest one tells. */
export const settingsOf = ({ runs }) => Object.assign({}, ...runs.map(({ settings }) => settings));

const rankOf = ({ part }) => PARTS.indexOf(part);

/** Without the settings that are true on this machine only. */
const publishable = ({ sizes, connections, streams, smoke }) => ({ ...sizes, connections, streams, smoke });
