import { targetText } from '../measuring/targets.mjs';

export const formatNumber = (value) => {
  if (value === null || value === undefined) return '-';
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toFixed(digits);
};

const formatRatio = (ratio) => (ratio === null ? '-' : `${formatNumber(ratio)}x`);
const formatReached = (reached) => (reached === null ? '' : reached ? 'yes' : 'NO');

export const peerOf = ({ runs }) => runs.findLast(({ machine }) => machine.peer !== null)?.machine.peer ?? 'peer';

/** Every table is an array of rows of text; the first row is the head. */
export const mainTable = (report) => [
  ['metric', 'unit', peerOf(report), 'Hindsight', 'ratio', 'target', 'reached'],
  ...report.metrics.map(({ title, unit, peer, hindsight, ratio, target, reached }) => [
    title,
    unit,
    formatNumber(peer?.value),
    formatNumber(hindsight.value),
    formatRatio(ratio),
    reached === null && target !== undefined ? `${targetText(target, unit)} (no peer)` : targetText(target, unit),
    formatReached(reached),
  ]),
];

export const limitsTable = ({ limits }) => [
  ['limit of this machine', 'unit', 'value'],
  ...limits.map(({ title, unit, value }) => [title, unit, formatNumber(value)]),
];

/** What share of what the machine could do a metric reaches; beyond 100 % the limit was measured in a worse moment. */
export const sharesTable = ({ metrics, limits }) => [
  ['metric', 'limit', 'share of it'],
  ...metrics.flatMap((metric) =>
    limits
      .filter(({ id, value }) => metric.limits?.includes(id) && value !== null)
      .map(({ title, value }) => [metric.title, title, `${Math.round((metric.hindsight.value / value) * 100)} %`]),
  ),
];

export const latencyTable = (report) => {
  const peer = peerOf(report);
  const timed = report.metrics.filter(({ hindsight }) => hindsight.p50Ms !== undefined);
  return [
    ['metric', `${peer} p50 ms`, `${peer} p99 ms`, 'Hindsight p50 ms', 'Hindsight p99 ms'],
    ...timed.map((metric) => [
      metric.title,
      ...[metric.peer, metric.hindsight].flatMap((of) => [formatNumber(of?.p50Ms), formatNumber(of?.p99Ms)]),
    ]),
  ];
};

const CPU_UNITS = { cpuMs: 'CPU ms/request', cpuMsPerTask: 'CPU ms/task', cpuSecondsPerGib: 'CPU s/GiB' };

export const cpuTable = (report) => [
  ['metric', 'unit', peerOf(report), 'Hindsight'],
  ...report.metrics.flatMap(({ title, peer, hindsight }) =>
    Object.entries(CPU_UNITS)
      .filter(([key]) => hindsight[key] !== undefined)
      .map(([key, unit]) => [title, unit, formatNumber(peer?.[key]), formatNumber(hindsight[key])]),
  ),
];

/** How far apart the runs of one metric lie. */
export const spreadTable = (report) => [
  ['metric', peerOf(report), 'Hindsight'],
  ...report.metrics.map(({ title, peer, hindsight }) => [title, runsOf(peer), runsOf(hindsight)]),
];

const runsOf = (of) => (of === undefined ? '-' : of.runs.map(formatNumber).join(', '));
