// npm run test:chaos -- [--minutes N] [--seed N] [--only words of a test's title]: the cluster tests, longer and with a chosen seed.
import { parseArgs } from 'node:util';
import { buildIfNeeded, installIfNeeded } from './prepare.mjs';
import { run } from './run.mjs';
import { runtime } from './runtime.mjs';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' }, only: { type: 'string' } },
});
await installIfNeeded();
await buildIfNeeded();
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const selection = [
  '--selectProjects',
  'e2e',
  '--runInBand',
  ...(values.only ? ['--testNamePattern', values.only] : []),
];
process.exitCode = await run(runtime(), [...jest, ...selection, '--', 'test/e2e/cluster'], {
  env: {
    ...process.env,
    HINDSIGHT_CHAOS_SECONDS: String(Number(values.minutes) * 60),
    ...(values.seed && { HINDSIGHT_CHAOS_SEED: values.seed }),
  },
});
