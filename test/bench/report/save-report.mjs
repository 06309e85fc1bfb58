import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runtime } from '../../../scripts/runtime.mjs';
import { performancePage } from './performance-page.mjs';

const SIGNIFICANT_DIGITS = 5;

/** The page, and beside it the numbers of every run as JSON: in the documentation when they are to be kept. */
export function saveReport(report, { keep }) {
  const folder = keep ? join(root, 'docs') : mkdtempSync(join(tmpdir(), 'hindsight-bench-'));
  const [page, numbers] = ['performance.md', 'performance.json'].map((name) => join(folder, name));
  writeFileSync(page, performancePage(report));
  writeFileSync(numbers, JSON.stringify(publishable(report), rounded, 2));
  if (keep) formatAsTheRepositoryWants(numbers);
  console.log(`\nWritten: ${page}, ${numbers}`);
}

/** Without the settings that are true on this machine only. */
const publishable = ({ machine, settings: { sizes, connections, streams, smoke }, metrics, limits }) => ({
  machine,
  settings: { ...sizes, connections, streams, smoke },
  limits,
  metrics,
});

const rounded = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : value);

function formatAsTheRepositoryWants(file) {
  execFileSync(runtime(), [join(root, 'node_modules', '.bin', 'prettier'), '--write', file], { stdio: 'ignore' });
}
