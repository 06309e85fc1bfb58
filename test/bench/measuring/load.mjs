import { fileURLToPath } from 'node:url';
import { cpuSecondsOf } from './process-tree.mjs';
import { runProcess } from './run-process.mjs';

const SCRIPT = fileURLToPath(new URL('load.lua', import.meta.url));

/**
 * Keeps a service busy over a number of connections for some seconds.
 * @param request `path`, and optionally `token` and `body` (which makes it a POST)
 * @returns good answers per second, latencies, CPU milliseconds of the service per good answer
 */
export async function putLoadOn(service, { path, token, body }, { connections, seconds }) {
  const cpuBefore = cpuSecondsOf(service.pids());
  const outcome = await runWrk(service.url + path, { token, body, connections, seconds });
  const cpuSeconds = cpuSecondsOf(service.pids()) - cpuBefore;
  const good = outcome.answers - outcome.refused;
  const bad = outcome.refused + outcome.broken;
  if (good <= 0)
    throw new Error(`${service.name}: none of ${outcome.answers + outcome.broken} requests to ${path} succeeded`);
  return {
    value: good / outcome.seconds,
    p50Ms: outcome.p50Ms,
    p99Ms: outcome.p99Ms,
    cpuMs: (cpuSeconds * 1000) / good,
    ...(bad > 0 && { note: `${bad} of ${outcome.answers + outcome.broken} requests failed` }),
  };
}

async function runWrk(url, { token, body, connections, seconds }) {
  const threads = Math.min(connections, 2);
  const { stdout } = await runProcess(
    'wrk',
    [
      ...[`-t${threads}`, `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', SCRIPT],
      ...(token ? ['-H', `X-Auth-Token: ${token}`] : []),
      url,
    ],
    { env: { ...process.env, ...(body && { BENCH_BODY: JSON.stringify(body) }) } },
  );
  return JSON.parse(stdout.trimEnd().split('\n').at(-1));
}
