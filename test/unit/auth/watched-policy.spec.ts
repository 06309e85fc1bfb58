import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WatchedPolicy } from '../../../src/auth/watched-policy.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { caller, member, reader } from './callers.js';

const RULE = 'modify_image: role:reader\n';

describe('the policy of an operator', () => {
  let folder: string;
  let logged: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-policy-'));
    await writeFile(join(folder, 'glance-api.conf'), '');
    logged = [];
  });
  afterEach(async () => rm(folder, { recursive: true }));

  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  const note = (message: string): number => logged.push(message);
  const open = (environment: Readonly<Record<string, string>> = {}): Promise<WatchedPolicy> => {
    const { config } = loadConfig({
      ...{ files: [join(folder, 'glance-api.conf')], directories: [], environment, commandLine: {} },
    });
    return WatchedPolicy.open(config.policy, { info: note, warn: note, error: note });
  };
  const answer = async (policy: WatchedPolicy, rule: string, who = reader): Promise<boolean> => {
    await nextTurn(); // as the next request does
    return policy.allows(rule, who, { project_id: 'P1' });
  };

  it('consists of the defaults without any file', async () => {
    const policy = await open();

    expect(await answer(policy, 'get_images')).toBe(true);
    expect(await answer(policy, 'modify_image')).toBe(false);
  });

  it('overrides single rules by policy.yaml beside the configuration file', async () => {
    await write('policy.yaml', 'modify_image: role:reader\n');
    const policy = await open();

    expect(await answer(policy, 'modify_image')).toBe(true);
    expect(await answer(policy, 'delete_image')).toBe(false);
  });

  it('looks for policy.json when there is no policy.yaml, unless it is told the name', async () => {
    await write('policy.json', '{"modify_image": "role:reader"}');

    expect(await answer(await open(), 'modify_image')).toBe(true);
    expect(await answer(await open({ OS_OSLO_POLICY__POLICY_FILE: 'policy.yaml' }), 'modify_image')).toBe(false);
    expect(await answer(await open({ OS_OSLO_POLICY__POLICY_FILE: join(folder, 'policy.json') }), 'modify_image')).toBe(
      true,
    );
  });

  it('reads the files of policy.d by name after it, but none that is hidden', async () => {
    await write('policy.yaml', 'modify_image: "!"\n');
    await mkdir(join(folder, 'policy.d'));
    await write('policy.d/20.yaml', 'modify_image: role:reader\n');
    await write('policy.d/10.yaml', 'modify_image: "!"\ndelete_image: role:reader\n');
    await write('policy.d/.30.yaml', 'modify_image: "!"\n');
    const policy = await open();

    expect(await answer(policy, 'modify_image')).toBe(true);
    expect(await answer(policy, 'delete_image')).toBe(true);
  });

  it('is read again for the next request after a file has changed, come or gone', async () => {
    const policy = await open();
    await write('policy.yaml', 'modify_image: role:reader\n');
    expect(await answer(policy, 'modify_image')).toBe(true);
    await write('next', 'modify_image: role:nobody\n');
    await rename(join(folder, 'next'), join(folder, 'policy.yaml'));
    expect(await answer(policy, 'modify_image')).toBe(false);
    await mkdir(join(folder, 'policy.d'));
    await write('policy.d/more.yaml', 'modify_image: role:reader\n');
    expect(await answer(policy, 'modify_image')).toBe(true);
    await rm(join(folder, 'policy.d/more.yaml'));
    expect(await answer(policy, 'modify_image')).toBe(false);
    await rm(join(folder, 'policy.yaml'));
    expect(await answer(policy, 'modify_image', member)).toBe(true);
  });

  it.each([
    ['a file', () => write('policy.yaml', RULE)],
    ['a second choice', () => write('policy.json', '{"modify_image": "role:reader"}')],
    ['a folder', () => mkdir(join(folder, 'policy.d')).then(() => write('policy.d/1.yaml', RULE))],
  ])('notices %s that appears in a folder that has not changed for long', async (_, appear) => {
    const long = new Date('2020-01-01');
    await utimes(folder, long, long);
    const policy = await open();
    expect(await answer(policy, 'modify_image')).toBe(false);
    await write('something else', '');
    await utimes(folder, long, long);
    expect(await answer(policy, 'modify_image')).toBe(false);

    await appear();
    expect(await answer(policy, 'modify_image')).toBe(true);
  });

  it('notices when a link leads to something at last', async () => {
    await symlink(join(folder, 'elsewhere', 'rules.yaml'), join(folder, 'policy.yaml'));
    await mkdir(join(folder, 'elsewhere'));
    const policy = await open();
    expect(await answer(policy, 'modify_image')).toBe(false);

    await write('elsewhere/rules.yaml', RULE);
    expect(await answer(policy, 'modify_image')).toBe(true);
  });

  it('keeps its rules while a file is broken, and says so once', async () => {
    await write('policy.yaml', 'modify_image: role:reader\n');
    const policy = await open();
    await write('policy.yaml', 'modify_image: role:reader and\nget_image: "!"\n');

    expect(await answer(policy, 'modify_image')).toBe(true);
    expect(await answer(policy, 'get_images')).toBe(true);
    expect(logged).toEqual([
      `${folder}/policy.yaml:1: rule "modify_image": unexpected end at position 15; the former policy rules stay in force`,
    ]);
    await write('policy.yaml', 'modify_image: "!"\n');
    expect(await answer(policy, 'modify_image')).toBe(false);
  });

  it('cannot begin with a broken file: all that is wrong is said at once', async () => {
    await write('policy.yaml', 'a: role:x and\nb: rule:b\n');
    await mkdir(join(folder, 'policy.d'));
    await write('policy.d/x.yaml', 'c: (role:x');
    const error: unknown = await open().catch((problem: unknown) => problem);

    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems.map((problem) => problem.slice(folder.length + 1))).toEqual([
      'policy.yaml:1: rule "a": unexpected end at position 10',
      'policy.d/x.yaml:1: rule "c": unexpected end at position 7',
    ]);
    await write('policy.yaml', 'b: rule:b\n');
    await write('policy.d/x.yaml', '');
    await expect(open()).rejects.toThrow('policy.yaml:1: rule "b": "rule:b" leads back to itself');
  });

  it('warns of what is allowed but was hardly meant', async () => {
    await write('policy.yaml', 'a: rule:typo or colour:blue\n');
    await open();

    expect(logged).toEqual([
      `${folder}/policy.yaml:1: rule "a": there is no rule "typo", the rule "default" answers in its place`,
      `${folder}/policy.yaml:1: rule "a": a caller has no attribute "colour", so "colour:blue" never holds`,
    ]);
  });

  it('follows the options that change what rules mean', async () => {
    const former = await open({ OS_OSLO_POLICY__ENFORCE_NEW_DEFAULTS: 'false' });
    const lax = await open({ OS_OSLO_POLICY__ENFORCE_SCOPE: 'false' });
    await write('policy.yaml', 'mine: "!"\n');
    const closed = await open({ OS_OSLO_POLICY__POLICY_DEFAULT_RULE: 'mine' });

    expect(await answer(former, 'modify_image')).toBe(true);
    expect(await answer(lax, 'get_images', caller(['admin'], { systemScope: 'all' }))).toBe(true);
    expect(await answer(closed, 'unheard of')).toBe(false);
  });
});
