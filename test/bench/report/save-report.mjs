import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runtime } from '../../../scripts/runtime.mjs';
import { performancePage } from './performance-page.mjs';
import { merged } from './report.mjs';

const SIGNIFICANT_DIGITS = 5;

/**
 * The page, and beside it the numbers of every run as JSON. In the documentation, when they are to be kept: there the parts
 * that were measured take the place of what was known of them.
 */
export function saveReport(report, { keep }) {
  const folder = keep ? join(root, 'docs') : mkdtempSync(join(tmpdir(), 'hindsight-bench-'));
  const [page, numbers] = ['performance.md', 'performance.json'].map((name) => join(folder, name));
  const written = keep && existsSync(numbers) ? merged(JSON.parse(readFileSync(numbers, 'utf8')), report) : report;
  writeFileSync(page, performancePage(written));
  writeFileSync(numbers, JSON.stringify(written, rounded, 2));
  if (keep) formatAsTheRepositoryWants(numbers);
  console.log(`\nWritten: ${page}, ${numbers}`);
}

const rounded = (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : value);

function formatAsTheRepositoryWants(file) {
  execFileSync(runtime(), [join(root, 'node_modules', '.bin', 'prettier'), '--write', file], { stdio: 'ignore' });
}
