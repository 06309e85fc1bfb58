// npm run conformance:diff -- [scenario ...] [--verbose]: sends the same requests to two servers and tells what differs.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { buildIfNeeded } from '../../scripts/prepare.mjs';
import { differences } from './compare.mjs';
import { closeConnections } from './http.mjs';
import { reasonFor } from './known-differences.mjs';
import { play } from './play.mjs';
import { printReport } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { startOurs, startSource } from './servers.mjs';

const usage = `Usage: DIFF_B_URL=URL npm run conformance:diff -- [scenario ...] [--verbose]
  scenario   ${SCENARIOS.map(({ name }) => name).join(', ')}; all of them by default
  --verbose  show the known differences one by one
Environment:
  DIFF_B_URL  the other Image API service; it must take X-Auth-Token: user:project:role,... (required)
  DIFF_A_URL  the service to compare with it (default: the built one is started for the run)`;

const trimmed = (url) => url?.replace(/\/+$/, '');

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { verbose: { type: 'boolean' } } });
  } catch {
    return { values: null, positionals: [] };
  }
}

async function main() {
  const { values, positionals } = readArguments();
  const chosen = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const urlB = trimmed(process.env.DIFF_B_URL);
  if (urlB === undefined || urlB === '' || chosen.length < positionals.length || values === null) {
    console.error(usage);
    return 2;
  }
  await buildIfNeeded();
  const source = await startSource();
  let ours = null;
  try {
    if (process.env.DIFF_A_URL === undefined) ours = await startOurs(source.url);
    const urls = [ours?.url ?? trimmed(process.env.DIFF_A_URL), urlB];
    const options = { sourceUrl: source.url, isVerbose: values.verbose === true, isWhole: positionals.length === 0 };
    return await compareServers(chosen, urls, options);
  } finally {
    closeConnections();
    source.stop();
    await ours?.stop();
  }
}

async function compareServers(scenarios, urls, { sourceUrl, isVerbose, isWhole }) {
  const run = randomBytes(4).toString('hex');
  const found = [];
  let requests = 0;
  for (const scenario of scenarios) {
    const project = `diff-${scenario.name}-${run}`;
    const played = await whenAllHaveEnded(
      urls.map(async (baseUrl) => ({ baseUrl, ...(await play(scenario, baseUrl, { project, sourceUrl })) })),
    );
    requests += played[0].answers.length;
    found.push(...differences(scenario, played).map((one) => ({ ...one, reason: reasonFor(one) })));
  }
  const { coverage } = await import('./routes.mjs'); // reads what was built
  const routes = coverage(scenarios);
  printReport({ requests, routes, found, isVerbose, isWhole });
  const isIncomplete = isWhole && routes.missing.length > 0;
  return isIncomplete || found.some(({ reason }) => reason === undefined) ? 1 : 0;
}

/** Also when one fails: the others still have to remove what they made. */
async function whenAllHaveEnded(promises) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

process.exitCode = await main().catch((error) => {
  console.error(`The comparison was not finished: ${error.message || error.code}`);
  return 2;
});
