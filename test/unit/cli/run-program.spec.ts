import { mkdir } from 'node:fs/promises';
import { jest } from '@jest/globals';
import type { ProgramActions } from '../../../src/cli/commands.js';
import { runProgram } from '../../../src/cli/run-program.js';
import { runtimeProblem } from '../../../src/cli/runtime-version.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { EventStoreUnavailable } from '../../../src/events/events.errors.js';

type Call = readonly [action: string, ...args: unknown[]];

/** Actions that note what they were asked, and answer with an exit code or an error. */
const recording = (answer: () => Promise<number> = () => Promise.resolve(0)) => {
  const calls: Call[] = [];
  const note =
    (action: string) =>
    (...args: unknown[]): Promise<number> => {
      calls.push([action, ...args]);
      return answer();
    };
  const actions: ProgramActions = {
    startRole: note('startRole'),
    startScrubber: note('startScrubber'),
    history: note('history'),
    tailEvents: note('tailEvents'),
    showProjections: note('showProjections'),
    rebuildProjections: note('rebuildProjections'),
    verify: note('verify'),
    showAuditKeys: note('showAuditKeys'),
    rotateAuditKey: note('rotateAuditKey'),
    reconcile: note('reconcile'),
    cache: note('cache'),
    loadMetadefs: note('loadMetadefs'),
    unloadMetadefs: note('unloadMetadefs'),
    exportMetadefs: note('exportMetadefs'),
    metadefHistory: note('metadefHistory'),
    listWebhooks: note('listWebhooks'),
    listDeadLetters: note('listDeadLetters'),
    retryDeadLetters: note('retryDeadLetters'),
    listPolicy: note('listPolicy'),
    checkPolicy: note('checkPolicy'),
    showConfig: note('showConfig'),
    checkConfig: note('checkConfig'),
  };
  return { calls, actions };
};

const named = (kind: string, path: string) => ({ kind, path });

describe('The command line', () => {
  let errors: string;
  let output: string;
  beforeEach(() => {
    errors = '';
    output = '';
    const record = (text: unknown): boolean => {
      errors += String(text);
      return true;
    };
    jest.spyOn(process.stderr, 'write').mockImplementation(record);
    jest.spyOn(process.stdout, 'write').mockImplementation((text: unknown) => {
      output += String(text);
      return true;
    });
    jest.spyOn(console, 'error').mockImplementation(record);
  });
  afterEach(() => jest.restoreAllMocks());

  const run = async (line: string, answer?: () => Promise<number>) => {
    const { calls, actions } = recording(answer);
    const exitCode = await runProgram(line.split(' ').filter(Boolean), actions);
    return { exitCode, calls };
  };

  it.each<[string, Call]>([
    ['serve', ['startRole', 'serve', {}]],
    ['api --bind-port 9393', ['startRole', 'api', { bindPort: '9393' }]],
    ['--data-dir /srv worker', ['startRole', 'worker', { dataDir: '/srv' }]],
    ['scrubber --bind-host ::1', ['startScrubber', { bindHost: '::1' }]],
    ['scrubber --daemon', ['startScrubber', { daemon: true }]],
    ['config show', ['showConfig', { role: 'serve' }]],
    ['config show --role api --set --json', ['showConfig', { role: 'api', set: true, json: true }]],
    ['config check --config-file a', ['checkConfig', { role: 'serve', configPaths: [named('file', 'a')] }]],
    ['policy list --json', ['listPolicy', { json: true }]],
    [
      'policy check get_image --user u --project p --roles a,b --target visibility=public --target x=y=z',
      [
        ...(['checkPolicy', 'get_image'] as const),
        {
          user: 'u',
          project: 'p',
          roles: 'a,b',
          target: [
            ['visibility', 'public'],
            ['x', 'y=z'],
          ],
        },
      ],
    ],
    ['cache list --json', ['cache', { kind: 'list', json: true }, { json: true }]],
    ['cache queue 1234 --data-dir /srv', ['cache', { kind: 'queue', imageId: '1234' }, { dataDir: '/srv' }]],
    ['cache delete 1234', ['cache', { kind: 'delete', imageId: '1234' }, {}]],
    ['cache clear', ['cache', { kind: 'clear', target: null }, {}]],
    ['cache clear queue', ['cache', { kind: 'clear', target: 'queue' }, {}]],
    ['cache --server http://a --os-token t prune', ['cache', { kind: 'prune' }, { server: 'http://a', osToken: 't' }]],
    ['cache clean', ['cache', { kind: 'clean' }, {}]],
    ['cache prefetch', ['cache', { kind: 'prefetch' }, {}]],
    ['metadefs load', ['loadMetadefs', { mode: 'skip' }]],
    ['metadefs load --path a --merge', ['loadMetadefs', { path: 'a', mode: 'merge' }]],
    ['metadefs load --merge --prefer-new', ['loadMetadefs', { mode: 'prefer_new' }]],
    ['metadefs load --merge --prefer_new', ['loadMetadefs', { mode: 'prefer_new' }]],
    ['metadefs load --merge --overwrite', ['loadMetadefs', { mode: 'overwrite' }]],
    ['db load_metadefs', ['loadMetadefs', { mode: 'skip' }]],
    [
      'db load_metadefs --path a --merge --prefer_new --data-dir d',
      ['loadMetadefs', { path: 'a', mode: 'prefer_new', dataDir: 'd' }],
    ],
    ['db_load_metadefs', ['loadMetadefs', { mode: 'skip' }]],
    ['--data-dir d db_load_metadefs a', ['loadMetadefs', { path: 'a', mode: 'skip', dataDir: 'd' }]],
    ['db_load_metadefs a merge', ['loadMetadefs', { path: 'a', mode: 'merge' }]],
    ['db_load_metadefs a True prefer_new', ['loadMetadefs', { path: 'a', mode: 'prefer_new' }]],
    ['db_load_metadefs a True False True', ['loadMetadefs', { path: 'a', mode: 'overwrite' }]],
    ['db unload_metadefs', ['unloadMetadefs', {}]],
    ['db_unload_metadefs', ['unloadMetadefs', {}]],
    ['db export_metadefs --path a', ['exportMetadefs', { path: 'a' }]],
    ['db_export_metadefs a', ['exportMetadefs', { path: 'a' }]],
    ['metadefs unload', ['unloadMetadefs', {}]],
    ['metadefs export --path a', ['exportMetadefs', { path: 'a' }]],
    ['metadefs history OS::A --json', ['metadefHistory', 'OS::A', { json: true }]],
    ['scrubber --restore 1234', ['startScrubber', { restore: '1234' }]],
    [
      'serve --config-file a --config-file b --config-dir c',
      ['startRole', 'serve', { configPaths: [named('file', 'a'), named('file', 'b'), named('folder', 'c')] }],
    ],
    [
      '--config-dir c api --config-file=a',
      ['startRole', 'api', { configPaths: [named('folder', 'c'), named('file', 'a')] }],
    ],
    ['history 1234', ['history', '1234', {}]],
    ['history 1234 --json --data-dir d', ['history', '1234', { json: true, dataDir: 'd' }]],
    ['events tail', ['tailEvents', { after: 0n }]],
    [
      'events tail --after 1234567890123456789 --follow --json',
      ['tailEvents', { after: 1234567890123456789n, follow: true, json: true }],
    ],
    ['projections status', ['showProjections', {}]],
    ['projections rebuild', ['rebuildProjections', null, {}]],
    ['projections rebuild images --data-dir d', ['rebuildProjections', 'images', { dataDir: 'd' }]],
    ['verify --json', ['verify', { json: true }]],
    ['verify --audit --public-key k --checkpoints c', ['verify', { audit: true, publicKey: 'k', checkpoints: 'c' }]],
    ['audit public-keys', ['showAuditKeys', {}]],
    ['audit rotate-key --data-dir d', ['rotateAuditKey', { dataDir: 'd' }]],
    ['reconcile', ['reconcile', {}]],
    ['reconcile --fix --json', ['reconcile', { fix: true, json: true }]],
  ])('understands %s', async (line, call) => {
    expect(await run(line)).toEqual({ exitCode: 0, calls: [call] });
  });

  it.each([
    ['', 'Usage: hindsight'],
    ['dance', 'unknown command'],
    ['serve --loudly', 'unknown option'],
    ['serve nonsense', 'too many arguments'],
    ['serve --config-file', 'argument missing'],
    ['history', 'missing required argument'],
    ['events', 'Usage: hindsight events'],
    ['events tail --after -1', 'It must be a number'],
    ['events tail --after 9223372036854775808', 'It must be a number from 0 to 9223372036854775807'],
    ['verify --public-key k', 'need --audit'],
    ['verify --checkpoints c', 'need --audit'],
    ['registry', 'not available in this version'],
    ['db load_metadefs --prefer_new', 'need --merge'],
    ['db_load_metadefs a merge prefer_new overwrite', 'exclude each other'],
    ['db_load_metadefs a b c d e', 'too many arguments'],
    ['db sync', 'unknown command'],
  ])('refuses "%s" with exit code 2', async (line, message) => {
    expect(await run(line)).toEqual({ exitCode: 2, calls: [] });
    expect(errors).toContain(message);
  });

  it.each(['--help', 'help', 'events --help', 'events tail --help', '--version'])(
    'answers %s with exit code 0',
    async (line) => {
      expect((await run(line)).exitCode).toBe(0);
    },
  );

  it('passes on the exit code of what ran', async () => {
    expect((await run('verify', () => Promise.resolve(1))).exitCode).toBe(1);
  });

  it('explains a wrong configuration with exit code 2, and other failures with 1', async () => {
    expect((await run('serve', () => Promise.reject(new ConfigError(['[a] b is wrong'])))).exitCode).toBe(2);
    expect(errors).toContain('[a] b is wrong');
    expect((await run('serve', () => Promise.reject(new EventStoreUnavailable('disk is full')))).exitCode).toBe(1);
    expect(errors).toContain('EventStoreUnavailable: disk is full');
    expect((await run('serve', () => Promise.reject(new TypeError('a bug')))).exitCode).toBe(1);
    expect(errors).toContain('TypeError: a bug');
  });

  it('says in one line what the system refused', async () => {
    expect((await run('metadefs export', () => mkdir('/dev/null/folder').then(() => 0))).exitCode).toBe(1);
    expect(errors).toBe("ENOTDIR: not a directory, mkdir '/dev/null/folder'");
  });

  it.each(['serve --help', 'cache list --help', 'help history'])(
    'shows in %s the options that everything takes',
    async (line) => {
      await run(line);
      expect(output).toContain('--config-file <file>');
      expect(output).toContain('--data-dir <folder>');
    },
  );
});

describe('The runtime', () => {
  it.each([
    ['24.9.0', true],
    ['26.0.0', true],
    ['24.8.9', false],
    ['20.20.2', false],
  ])('of version %s is accepted: %s', (version, accepted) => {
    expect(runtimeProblem(version) === null).toBe(accepted);
  });

  it('that is too old is told how to start the program', () => {
    expect(runtimeProblem('20.20.2')).toMatch(/needs Node 24\.9 or newer, this is 20\.20\.2\..*npm run up/);
  });
});
