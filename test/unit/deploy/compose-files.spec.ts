import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readComposeFile } from '../../support/compose/compose-file.js';
import type { ComposeService } from '../../support/compose/compose-file.js';
import { startedRole } from '../../support/started-role.js';

const CONDITIONS = ['service_started', 'service_healthy', 'service_completed_successfully'];

const cluster = readComposeFile('docker-compose.yml');
const services = Object.entries(cluster.services);
const ours = services.filter(([, { image, entrypoint }]) => image === 'hindsight' && entrypoint === undefined);
const seconds = (text = ''): number => Number(/^(\d+)s$/.exec(text)?.[1]);

/** The words of a command line, with the configuration as it is in the repository. */
const atHome = (words: readonly string[] = []): readonly string[] =>
  words
    .map((word) => (word === '/etc/hindsight/hindsight.conf' ? 'deploy/hindsight.conf' : word))
    .filter((word, index, all) => ![word, all[index + 1]].some((each) => each?.startsWith('/run/secrets/')));

describe('The composition of a cluster', () => {
  it('has the roles, so many of them as are announced', () => {
    const replicas = ours.map(([name, { deploy }]) => [name, deploy?.replicas ?? 1]);
    expect(replicas).toEqual([
      ['api', 2],
      ['worker', 3],
      ['projector', 1],
      ['scrubber', 1],
    ]);
  });

  it.each(ours)('starts a %s with options that the program knows', async (name, service) => {
    const { role, config, warnings } = await startedRole(atHome(service.command), service.environment);
    expect([role, config.dataDir, config.api.bindHost, warnings]).toEqual([name, '/data', '0.0.0.0', []]);
    expect(config.api.publicEndpoint).toBe('http://127.0.0.1:9292');
    const port = role === 'api' ? config.api.bindPort : config.status?.port;
    expect(service.healthcheck?.test?.join(' ')).toContain(`http://127.0.0.1:${port ?? 0}/healthcheck`);
    const { gracefulShutdownTimeoutS, shutdownDelayS } = config.api;
    expect(seconds(service.stop_grace_period)).toBeGreaterThan(shutdownDelayS + gracefulShutdownTimeoutS);
    if (role === 'scrubber') expect(config.deletion.daemon).toBe(true);
  });

  it.each(ours)('lets a %s declare queues that newer RabbitMQs permit', async (_, service) => {
    const environment = { ...service.environment, OS_OSLO_MESSAGING_NOTIFICATIONS__DRIVER: 'messagingv2' };
    const { config } = await startedRole(atHome(service.command), environment);
    expect(config.notifications?.broker).toMatchObject({ durable: true, queueArguments: { 'x-queue-type': 'quorum' } });
  });

  it.each(ours)('gives a %s nothing that it does not need', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service).not.toHaveProperty('user'); // the image's, which is not root
  });

  it('lets any number of every role be started', () => {
    for (const [, { container_name, ports, hostname }] of ours) {
      expect([container_name, ports, hostname]).toEqual([undefined, undefined, undefined]);
    }
    expect(cluster.services['load-balancer']?.ports).toEqual(['127.0.0.1:9292:9292']);
  });

  it('knows how each service is, starts again what ends, and begins in the right order', () => {
    for (const [name, { healthcheck, restart, depends_on: needed = {} }] of services) {
      const runsOnce = restart === 'no';
      expect([name, runsOnce || restart === 'unless-stopped', runsOnce || healthcheck?.test !== undefined]).toEqual([
        name,
        true,
        true,
      ]);
      for (const [other, { condition }] of Object.entries(needed)) {
        const { restart: how } = cluster.services[other] ?? {};
        expect(CONDITIONS).toContain(condition);
        expect([other, condition]).toEqual([
          other,
          how === 'no' ? 'service_completed_successfully' : 'service_healthy',
        ]);
      }
    }
  });

  it('declares what it uses, and uses what it declares', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(new Set(mounts)).toEqual(new Set(Object.keys(cluster.volumes)));
    const configs = services.flatMap(([, { configs: used = [] }]) => used.map(({ source }) => source));
    expect(new Set(configs)).toEqual(new Set(Object.keys(cluster.configs ?? {})));
    for (const { file } of Object.values(cluster.configs ?? {})) expect(existsSync(file)).toBe(true);
    const networks = services.flatMap(([, { networks: joined = [] }]) => joined);
    expect(new Set(networks)).toEqual(new Set(Object.keys(cluster.networks ?? {})));
    for (const [name, { networks, network_mode: mode }] of services)
      expect([name, (networks ?? []).length > 0 || mode === 'none']).toEqual([name, true]);
  });

  it('keeps servers without a password of their own away from everybody else', () => {
    const isClosed = (name: string): boolean => cluster.networks?.[name]?.internal ?? false;
    for (const name of ['kurrentdb', 'postgres', 'redis', 'rabbitmq']) {
      const { networks = [], ports } = cluster.services[name] as ComposeService;
      expect([name, networks.every(isClosed), ports]).toEqual([name, true, undefined]);
    }
  });

  it('has no password in its text', () => {
    for (const file of ['docker-compose.yml', ...Object.values(cluster.configs ?? {}).map((config) => config.file)]) {
      expect(readFileSync(file, 'utf8')).not.toMatch(/password *[:=] *\S|:\/\/[^/\s]*:[^/\s]*@/i);
    }
  });
});

describe('The composition of one process', () => {
  const single = readComposeFile('deploy/single.compose.yml');
  const [service] = Object.values(single.services) as [ComposeService];

  it('agrees with the program on command, port, volume and options', async () => {
    const { role, config, warnings } = await startedRole(service.command ?? [], service.environment);
    expect([role, config.dataDir, config.api.publicEndpoint, warnings]).toEqual([
      'serve',
      '/data',
      'http://127.0.0.1:9292',
      [],
    ]);
    expect(service.ports).toEqual([`127.0.0.1:${config.api.bindPort}:${config.api.bindPort}`]);
    expect(service.volumes).toEqual(['data:/data']);
    expect(Object.keys(single.volumes)).toEqual(['data']);
    expect(existsSync(join('deploy', service.build ?? '', 'Dockerfile'))).toBe(true);
    expect(seconds(service.stop_grace_period)).toBeGreaterThan(config.api.gracefulShutdownTimeoutS);
  });
});
