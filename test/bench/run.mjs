// npm run bench -- [part ...] [--data-dir DIR] [--write]: measures the built service, and a peer beside it if one is named.
import { requireTools } from './measuring/required-tools.mjs';
import { Results } from './measuring/results.mjs';
import { printTable } from './report/console-table.mjs';
import { describeMachine } from './report/machine.mjs';
import { reportOf } from './report/report.mjs';
import { saveReport } from './report/save-report.mjs';
import { measureParts } from './parts.mjs';
import { buildTheService } from './service/build.mjs';
import { openBench } from './service/open-bench.mjs';
import { readSettings, usage, UsageError } from './settings.mjs';

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  requireTools(['curl', 'wrk', 'dd']);
  await buildTheService(settings);
  await bench(settings);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

async function bench(settings) {
  const results = new Results();
  const bench = await openBench(settings);
  const machine = describeMachine(settings, bench);
  let failed;
  try {
    failed = await measureParts(settings.parts, bench, results);
  } finally {
    await bench.close();
  }
  const measured = settings.parts.filter((part) => !failed.includes(part));
  const report = reportOf({ parts: measured, machine, settings }, results.report());
  printTable(report);
  saveReport(report, { keep: settings.write });
  if (failed.length === 0) return;
  console.error(`Failed: ${failed.join(', ')}${settings.write ? '; of these the former results stay' : ''}`);
  process.exitCode = 1;
}
