import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestCaller } from '../callers.js';
import { startRedis } from '../redis.js';
import { WebServer } from '../web-server.js';
import { judgeAftermath } from './aftermath.js';
import { ChaosClient } from './chaos-client.js';
import type { ChaosWorld } from './chaos-client.js';
import { Cluster } from './cluster.js';
import type { ClusterSetUp } from './cluster.js';
import { Monkey } from './monkey.js';
import { NamespaceClient } from './namespace-client.js';
import { SeededRandom } from './seeded-random.js';
import { Trace } from './trace.js';

const CLIENTS = 6;
const SHOWN_VIOLATIONS = 5;

const caller = (project: string, roles: string): TestCaller => ({ project, token: `user:${project}:${roles}` });

/** How long, and with which decisions. */
export type ChaosOptions = Readonly<{ seconds: number; seed: number }>;

/**
 * Runs a cluster under the load of several clients, while its processes are ended and frozen, and demands that clients were
 * told the truth, and that nothing is left of what was broken off.
 * @throws with the seed, and with what led to each violation; all of it is kept in a folder then
 */
export async function surviveChaos(setUp: ClusterSetUp, { seconds, seed }: ChaosOptions): Promise<void> {
  process.stderr.write(`chaos: ${setUp.name}, ${seconds} s, seed ${seed}\n`);
  const [redis, web] = await Promise.all([setUp.apis === 'alone' ? null : startRedis(), WebServer.start()]);
  const cluster = await Cluster.start(setUp, redis);
  const trace = new Trace();
  const admin = caller('admin', 'admin,member,reader');
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    const name = `client${index}`;
    return new ChaosClient(caller(name, 'member,reader'), new SeededRandom(seed, name), () => world);
  });
  const world: ChaosWorld = { trace, web, urls: cluster.urls, admin, clients };
  const namespaces = new NamespaceClient(new SeededRandom(seed, 'namespaces'), () => world);
  const monkeys = Object.entries(cluster.victims).map(
    ([name, victims]) => new Monkey(new SeededRandom(seed, name), victims, trace),
  );
  const actors = [...monkeys, ...clients, namespaces];
  const acting = actors.map((actor) => actor.run());
  const end = (): void => {
    for (const actor of actors) actor.end();
    trace.end();
  };
  try {
    await Promise.race([pause(seconds * 1000), ...acting]); // those that fail end it at once
    end();
    await Promise.all(acting);
    await judgeAftermath({ cluster, admin, clients, namespaces, trace });
    process.stderr.write(`chaos: ${trace.summary}; ${trace.violations.length} violations\n`);
    if (process.env['HINDSIGHT_CHAOS_KEEP'] === '1') await keep(setUp.name, seed, trace, cluster);
    if (trace.violations.length > 0)
      throw new Error(`violations:\n\n${trace.violations.slice(0, SHOWN_VIOLATIONS).join('\n\n')}`);
  } catch (error) {
    const folder = await keep(setUp.name, seed, trace, cluster);
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}, more in ${folder}: ${what}`, { cause: error });
  } finally {
    end();
    await Promise.allSettled(acting);
    await cluster.remove();
    await Promise.all([redis?.stop(), web.stop()]);
  }
}

/** @returns the folder with all that is known of a run */
async function keep(name: string, seed: number, trace: Trace, cluster: Cluster): Promise<string> {
  const folder = join(tmpdir(), `hindsight-chaos-${name.replaceAll(/\W+/g, '-')}-${seed}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'trace.txt'), trace.text);
  await writeFile(join(folder, 'violations.txt'), trace.violations.join('\n\n'));
  for (const [process, log] of cluster.logs) await writeFile(join(folder, `${process}.log`), log);
  const events = await cluster.service.command('events', 'tail', '--json');
  await writeFile(join(folder, 'events.jsonl'), events.stdout);
  return folder;
}
