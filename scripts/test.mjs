// npm test [-- jest arguments]: every test that this machine allows, and by name what it does not.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded, installIfNeeded } from './prepare.mjs';
import { run } from './run.mjs';
import { runtime } from './runtime.mjs';

await installIfNeeded();
await buildIfNeeded();

const scratch = mkdtempSync(join(tmpdir(), 'hindsight-test-'));
const absentFile = join(scratch, 'absent');
const resultFile = join(scratch, 'result.json');
try {
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const exitCode = await run(runtime(), [...jest, '--json', `--outputFile=${resultFile}`, ...process.argv.slice(2)], {
    env: { ...process.env, HINDSIGHT_TEST_ABSENT_FILE: absentFile },
  });
  reportAbsentBackends();
  process.exitCode = reportResult(exitCode);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function reportAbsentBackends() {
  const absent = existsSync(absentFile) ? readFileSync(absentFile, 'utf8').split('\n').filter(Boolean) : [];
  const names = [...new Set(absent)].sort();
  console.log(names.length > 0 ? `\nABSENT BACKENDS: ${names.join(', ')}` : '\nall backends present');
}

function reportResult(exitCode) {
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : null;
  const passed = result?.numPassedTests ?? 0;
  const broken = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
  const failed = exitCode === 0 ? broken : Math.max(broken, 1);
  if (result?.numPendingTests) console.log(`${result.numPendingTests} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 ? exitCode || 1 : 0;
}
