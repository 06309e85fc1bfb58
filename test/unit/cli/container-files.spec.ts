import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { runProgram } from '../../../src/cli/run-program.js';
import { loadConfigFor } from '../../../src/cli/global-options.js';
import type { GlobalOptions } from '../../../src/cli/global-options.js';
import type { ProgramActions } from '../../../src/cli/commands.js';

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

const dockerfile = read('Dockerfile');
const compose: any = parse(read('docker-compose.yml'));

/** Parses a command line of a container and the configuration that it leads to. */
const start = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const unexpected = (): Promise<number> => Promise.reject(new Error('not a role'));
  const started: { role: string; options: GlobalOptions }[] = [];
  const actions: ProgramActions = {
    startRole: (role, options) => {
      started.push({ role, options });
      return Promise.resolve(0);
    },
    startScrubber: (options) => {
      started.push({ role: 'scrubber', options });
      return Promise.resolve(0);
    },
    history: unexpected,
    tailEvents: unexpected,
    showProjections: unexpected,
    rebuildProjections: unexpected,
    verify: unexpected,
    showAuditKeys: unexpected,
    rotateAuditKey: unexpected,
    listPolicy: unexpected,
    checkPolicy: unexpected,
    showConfig: unexpected,
    checkConfig: unexpected,
    cache: unexpected,
    reconcile: unexpected,
    loadMetadefs: unexpected,
    unloadMetadefs: unexpected,
    exportMetadefs: unexpected,
    metadefHistory: unexpected,
  };
  expect(await runProgram(args, actions)).toBe(0);
  return { role: started[0]!.role, ...loadConfigFor(started[0]!.options, environment) };
};

describe('Container files', () => {
  it('start a command line that the program understands, on an address that a container needs', async () => {
    const command: string[] = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!);
    const { role, config, warnings } = await start(command);
    expect([role, config.dataDir, config.api.bindHost, warnings]).toEqual(['serve', '/data', '0.0.0.0', []]);
  });

  it('agree on command, port, volume and options between image and composition', async () => {
    const [service] = Object.values<any>(compose.services);
    const { role, config, warnings } = await start(service.command, service.environment);
    expect([role, config.dataDir, config.api.publicEndpoint, warnings]).toEqual([
      'serve',
      '/data',
      'http://127.0.0.1:9292',
      [],
    ]);
    expect(service.ports).toEqual([`127.0.0.1:${config.api.bindPort}:${config.api.bindPort}`]);
    expect(dockerfile).toContain(`EXPOSE ${config.api.bindPort}\n`);
    expect(service.volumes).toEqual(['data:/data']);
    expect(Object.keys(compose.volumes)).toEqual(['data']);
  });

  it('give a stop more time than the service takes at most', async () => {
    const { config } = await start(['serve']);
    expect(parseInt(compose.services.hindsight.stop_grace_period, 10)).toBeGreaterThan(
      config.api.gracefulShutdownTimeoutS,
    );
  });

  it('copy only files that exist and that the build context contains', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect(existsSync(new URL(`../../../${source}`, import.meta.url))).toBe(true);
      expect(read('.dockerignore').split('\n')).toContain(`!${source}`);
    }
  });

  it('do not run the service as root', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});
