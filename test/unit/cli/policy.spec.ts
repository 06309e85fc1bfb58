import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printPolicyDecision, printPolicyRules } from '../../../src/cli/policy.js';
import type { PolicyQuestion } from '../../../src/cli/policy.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load-config.js';

describe('the commands about the policy', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hindsight-policy-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = () =>
    loadConfig({ files: [], directories: [], environment: {}, commandLine: { dataDir: folder } }).config.policy;
  const write = (text: string): void => writeFileSync(join(folder, 'policy.yaml'), text);
  const list = async (json = false): Promise<readonly string[]> => {
    const lines: string[] = [];
    await printPolicyRules(settings(), json, (line) => lines.push(line));
    return lines;
  };
  const check = async (rule: string, question: PolicyQuestion, json = false) => {
    const lines: string[] = [];
    const allowed = await printPolicyDecision(settings(), rule, { ...question, json }, (line) => lines.push(line));
    return { allowed, lines };
  };

  it('list every rule, and where it comes from', async () => {
    write('\nmodify_image: role:editor\nours: ""\n');
    const lines = await list();

    expect(lines).toContain('"publicize_image": "rule:context_is_admin"  # default');
    expect(lines).toContain(`"modify_image": "role:editor"  # ${folder}/policy.yaml:2`);
    expect(lines).toContain(`"ours": "@"  # ${folder}/policy.yaml:3`);
    expect((await list(true)).map((line) => JSON.parse(line))).toContainEqual({
      ...{ rule: 'modify_image', check: 'role:editor', origin: `${folder}/policy.yaml:2` },
    });
  });

  it('explain which part of a rule allowed', async () => {
    const { allowed, lines } = await check('modify_image', { project: 'P1', roles: 'Member,reader' });

    expect(allowed).toBe(true);
    expect(lines).toEqual([
      'modify_image: allowed (default)',
      '  yes: rule:context_is_admin or (role:member and project_id:%(project_id)s)',
      '    no: rule:context_is_admin',
      '      no: role:admin',
      '    yes: role:member and project_id:%(project_id)s',
      '      yes: role:member',
      '      yes: project_id:%(project_id)s',
    ]);
  });

  it('explain which part refused, what was not asked any more, and the rules that others lead to', async () => {
    write('mine: not (role:banned or @) and rule:service_api\nother: rule:service_api and not role:banned\n');

    expect((await check('mine', { roles: 'banned' })).lines).toEqual([
      `mine: refused (${folder}/policy.yaml:1)`,
      '  no: not (role:banned or @) and rule:service_api',
      '    no: not (role:banned or @)',
      '      yes: role:banned or @',
      '        yes: role:banned',
      '        not asked: @',
      '    not asked: rule:service_api',
    ]);
    const { allowed, lines } = await check('other', { roles: 'service', target: [['x', 'y']] });
    expect(allowed).toBe(true);
    expect(lines).toContain('    yes: rule:service_api');
    expect(lines).toContain('        yes: role:service');
  });

  it('take for an administrator whom the rule about them takes for one', async () => {
    write('context_is_admin: role:operator\nours: is_admin:True\n');

    for (const rule of ['delete_image', 'ours']) {
      expect((await check(rule, { roles: 'operator', target: [['project_id', 'P2']] })).allowed).toBe(true);
      expect((await check(rule, { roles: 'admin', target: [['project_id', 'P2']] })).allowed).toBe(false);
    }
  });

  it('take the attributes of the target as they are given', async () => {
    const question = { project: 'P1', roles: 'reader', target: [['project_id', 'P2'] as const] };

    expect((await check('get_image', question)).allowed).toBe(false);
    const target = [...question.target, ['visibility', 'public'] as const];
    expect((await check('get_image', { ...question, target })).allowed).toBe(true);
  });

  it('say when the scope of a token is what refuses, and which rule answers for one that there is not', async () => {
    expect((await check('get_images', { roles: 'admin', systemScope: 'all' })).lines.slice(0, 2)).toEqual([
      'get_images: refused (default)',
      '  refused: the rules are about projects, and the token is for the system (enforce_scope)',
    ]);
    expect((await check('unheard of', {})).lines[0]).toBe(
      'unheard of: allowed (there is no such rule: "default" answers)',
    );
    const [line = ''] = (await check('get_images', { roles: 'admin' }, true)).lines;
    expect(JSON.parse(line)).toMatchObject({
      rule: 'get_images',
      allowed: true,
      origin: 'default',
      out_of_scope: false,
    });
  });

  it('refuse files that the service would refuse', async () => {
    write('a: rule:a');
    await expect(list()).rejects.toThrow(ConfigError);
    await expect(check('a', {})).rejects.toThrow('policy.yaml:1: rule "a": "rule:a" leads back to itself');
  });
});
