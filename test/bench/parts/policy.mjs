import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { compare } from '../measuring/compare.mjs';
import { putLoadOn } from '../measuring/load.mjs';
import { below } from '../measuring/targets.mjs';
import { built } from '../service/built-program.mjs';

/** What the decisions about a request may take of it, in per cent. */
const MOST = 5;
const PAGE = 25;
const ROUNDS = 4000;

const IMAGE = { name: 'policy', tags: ['a', 'b'], os_distro: 'debian', hw_disk_bus: 'virtio' };

/** A thousand rules more, ten of which a decision about an image asks in vain before it comes to what holds. */
const largeFile = () => {
  const teams = Array.from({ length: 1000 }, (_, n) => `team_${n}`);
  const asked = teams.slice(0, 10).map((team) => `rule:${team}`);
  return JSON.stringify({
    ...Object.fromEntries(teams.map((team) => [team, `role:${team} and project_id:%(project_id)s`])),
    get_image: `${asked.join(' or ')} or (role:reader and project_id:%(project_id)s)`,
  });
};

/**
 * What share of a request goes into decisions of the policy: the CPU time of just those that the request needs, taken here
 * with the code of the built program, the look at the policy files included, of the CPU time of the whole request there. Over one
 * connection, as here, no two requests share a look.
 */
export async function measurePolicy(bench, results) {
  const { hindsight: service, sizes, folder, program } = bench;
  const ids = [];
  for (let n = 0; n < PAGE; n += 1) ids.push(await service.createImage(IMAGE));
  const paths = { show: `/v2/images/${ids[0]}`, list: `/v2/images?limit=${PAGE}` };
  for (const [name, text] of [
    ['default rules', null],
    ['a file of 1,001 rules', largeFile()],
  ]) {
    const decisions = await openDecisions(program, join(folder, `policy ${name}`), text);
    for (const [kind, path] of Object.entries(paths)) {
      const found = await compare([service], sizes.runs, async () => {
        const load = { path, token: service.memberToken };
        const { cpuMs } = await putLoadOn(service, load, { connections: 1, seconds: sizes.seconds });
        const decisionMs = await cpuMsOf(decisions[kind]);
        return { value: (decisionMs / cpuMs) * 100, decisionMs };
      });
      const id = `policy_${kind}_${text === null ? 'default' : 'large'}`;
      const title = `policy, share of ${kind === 'show' ? 'a show' : `a list of ${PAGE}`}, ${name}`;
      results.addMetric({ id, title, unit: '%', target: below(MOST) }, found);
    }
  }
  await service.deleteImages(ids);
}

/** What a show and a list of own images ask of the policy. */
async function openDecisions(program, folder, policyFile) {
  const [{ WatchedPolicy }, { ImagePolicy }, { callerOf }, { loadConfig }] = await Promise.all(
    ['auth/watched-policy.js', 'auth/image-policy.js', 'auth/administrators.js', 'config/load-config.js'].map((path) =>
      built(path, program),
    ),
  );
  mkdirSync(folder, { recursive: true });
  if (policyFile !== null) writeFileSync(join(folder, 'policy.yaml'), policyFile);
  const { config } = loadConfig({ files: [], directories: [], environment: {}, commandLine: { dataDir: folder } });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const policy = await WatchedPolicy.open(config.policy, silent);
  const images = new ImagePolicy(policy);
  const roles = ['member', 'reader'];
  const credentials = { userId: 'u', projectId: 'p', roles, serviceRoles: [], systemScope: null };
  const rows = Array.from({ length: PAGE }, (_, n) => targetOf(`image ${n}`));
  return {
    show: async () => {
      const caller = await callerOf(credentials, policy);
      await images.require('get_image', caller, rows[0], () => new Error('not found'));
    },
    list: async () => {
      const caller = await callerOf(credentials, policy);
      await images.requireGeneral('get_images', caller);
      await images.allowed('get_image', caller, rows, (row) => row);
    },
  };
}

const targetOf = (id) => ({
  id,
  image: {
    ...{ owner: 'p', name: 'policy', status: 'queued', visibility: 'shared', protected: false, hidden: false },
    ...{ diskFormat: null, containerFormat: null, minDiskGb: 0, minRamMb: 0, sizeBytes: null, tags: IMAGE.tags },
    properties: { os_distro: 'debian', hw_disk_bus: 'virtio' },
  },
  digest: null,
  isMember: false,
});

/** CPU time of one round, each in a turn of the event loop of its own as requests are, without that of the turn. */
async function cpuMsOf(decide) {
  await roundsOf(decide);
  const empty = await roundsOf(() => Promise.resolve());
  return Math.max((await roundsOf(decide)) - empty, 0);
}

async function roundsOf(act) {
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) {
    await nextTurn();
    await act();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / ROUNDS;
}
