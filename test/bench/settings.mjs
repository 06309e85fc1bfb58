import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/runtime.mjs';

/** What the caller asked for cannot be done; the message says what can. */
export class UsageError extends Error {}

/** In the order in which they run: what fills the services with images comes last. */
export const PARTS = [
  'limits',
  'show',
  'policy',
  'list',
  'scale',
  'events',
  'start',
  'upload',
  'download',
  'cache',
  'memory',
  'import',
  'tasks',
  'worker-memory',
  'create',
  'processes',
  'own-writes',
  'databases',
];

export const usage = `Usage: npm run bench -- [${PARTS.join(' | ')}] ... [--data-dir DIR] [--write]
  --data-dir DIR  folder on the disk to be measured (default: data/ of the repository); a new folder in it is used and removed
  --write         keep the result in docs/performance.md and docs/performance.json; of other parts what stands there stays
Environment:
  BENCH_PEER_URL, BENCH_PEER_TOKEN, BENCH_PEER_NAME   another Image API service, measured in the same run
  BENCH_PEER_MEMBER_TOKEN  a token without the admin role (default: made from a token user:project:role,...)
  BENCH_PEER_PID           its processes, comma-separated (default: who listens on the port)
  HINDSIGHT_TEST_ESDB      connection string of a KurrentDB for the part events (default: the server of the tests)
  BENCH_PROGRAM            another build's main.js to measure
  BENCH_SMOKE=1            tiny sizes: shows that everything runs, not how fast
  BENCH_BIG_MIB, BENCH_PART_MIB, BENCH_HUGE_MIB, BENCH_IMAGES, BENCH_FEW_IMAGES, BENCH_MANY_IMAGES, BENCH_REBUILD_IMAGES,
  BENCH_LISTED_IMAGES, BENCH_IMPORTS, BENCH_SOURCE_SECONDS, BENCH_TASKS, BENCH_SECONDS, BENCH_RUNS   sizes, one by one`;

const SIZES = {
  bigMib: 1024,
  partMib: 256,
  hugeMib: 2048,
  images: 10_000,
  fewImages: 1000,
  manyImages: 1_000_000,
  rebuildImages: 20_000,
  listedImages: 100_000,
  imports: 20,
  sourceSeconds: 7,
  tasks: 1000,
  seconds: 8,
  runs: 3,
};
const SMOKE_SIZES = {
  bigMib: 16,
  partMib: 4,
  hugeMib: 32,
  images: 120,
  fewImages: 100,
  manyImages: 1000,
  rebuildImages: 200,
  listedImages: 500,
  imports: 4,
  sourceSeconds: 1,
  tasks: 50,
  seconds: 3,
  runs: 1,
};

/** @throws UsageError */
export function readSettings(args, environment) {
  const { values, positionals } = parse(args);
  const unknown = positionals.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new UsageError(`There is no part ${unknown.join(', ')}.`);
  const smoke = environment.BENCH_SMOKE === '1';
  if (values.write && smoke) throw new UsageError('--write keeps no smoke runs.');
  return {
    parts: PARTS.filter((part) => positionals.length === 0 || positionals.includes(part)),
    dataDir: values['data-dir'] ?? join(root, 'data'),
    program: environment.BENCH_PROGRAM ?? null,
    write: values.write,
    smoke,
    connections: 16,
    streams: 4,
    sizes: readSizes(smoke ? SMOKE_SIZES : SIZES, environment),
    peer: readPeer(environment),
  };
}

function parse(args) {
  const options = { 'data-dir': { type: 'string' }, write: { type: 'boolean', default: false } };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function readSizes(defaults, environment) {
  const variables = {
    bigMib: 'BENCH_BIG_MIB',
    partMib: 'BENCH_PART_MIB',
    hugeMib: 'BENCH_HUGE_MIB',
    images: 'BENCH_IMAGES',
    fewImages: 'BENCH_FEW_IMAGES',
    manyImages: 'BENCH_MANY_IMAGES',
    rebuildImages: 'BENCH_REBUILD_IMAGES',
    listedImages: 'BENCH_LISTED_IMAGES',
    imports: 'BENCH_IMPORTS',
    sourceSeconds: 'BENCH_SOURCE_SECONDS',
    tasks: 'BENCH_TASKS',
    seconds: 'BENCH_SECONDS',
    runs: 'BENCH_RUNS',
  };
  return Object.fromEntries(
    Object.entries(variables).map(([size, variable]) => [
      size,
      readNumber(variable, environment[variable], defaults[size]),
    ]),
  );
}

function readNumber(variable, text, fallback) {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new UsageError(`${variable} must be a whole number of at least 1.`);
  return Number(text);
}

function readPeer(environment) {
  const { BENCH_PEER_URL: url, BENCH_PEER_TOKEN: token = '', BENCH_PEER_NAME: name = 'peer' } = environment;
  if (url === undefined) return null;
  if (!URL.canParse(url)) throw new UsageError('BENCH_PEER_URL must be a URL.');
  const pids = (environment.BENCH_PEER_PID ?? '').split(',').filter(Boolean).map(Number);
  if (!pids.every(Number.isSafeInteger))
    throw new UsageError('BENCH_PEER_PID must be process ids with commas between.');
  return {
    url: url.replace(/\/+$/, ''),
    name,
    token,
    memberToken: environment.BENCH_PEER_MEMBER_TOKEN ?? withoutAdmin(token),
    pids,
  };
}

/** `user:project:admin,member` loses its first role; any other kind of token stays what it is. */
function withoutAdmin(token) {
  const [user, project, roles, ...rest] = token.split(':');
  if (roles === undefined || rest.length > 0) return token;
  return [user, project, roles.split(',').filter((role) => role !== 'admin')].join(':');
}
