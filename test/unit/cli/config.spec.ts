import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { printConfig, printConfigCheck } from '../../../src/cli/config.js';
import { checkConfiguredFiles } from '../../../src/cli/configured-files.js';
import { examineConfig } from '../../../src/config/load-config.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hindsight-config-cli-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string, name = 'glance-api.conf'): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const examine = (files: readonly string[], environment = {}) =>
  examineConfig({ files, directories: [], environment, commandLine: {} });

const show = (files: readonly string[], options = { set: false, json: false }, environment = {}): readonly string[] => {
  const lines: string[] = [];
  printConfig(examine(files, environment), options, (line) => lines.push(line.replace(/ +# /, ' # ')));
  return lines;
};

const check = async (files: readonly string[]) => {
  const lines: string[] = [];
  const examined = examine(files);
  const { problems, warnings } = await checkConfiguredFiles(examined.config);
  const checked = { ...examined, warnings: [...examined.warnings, ...warnings] };
  const count = printConfigCheck(checked, problems, false, (line) => lines.push(line));
  return { count, lines };
};

describe('hindsight config show', () => {
  it('names each option once, with its value and the place that it comes from', () => {
    const file = write('[DEFAULT]\nlimit_param_default = 7\napi_limit_max = $limit_param_default\n');
    const lines = show([file], undefined, { OS_DEFAULT__BIND_PORT: '9393' });
    expect(lines).toEqual(
      expect.arrayContaining([
        `[DEFAULT] limit_param_default = 7 # ${file}:2`,
        `[DEFAULT] api_limit_max = 7 # ${file}:3`,
        '[DEFAULT] bind_port = 9393 # environment OS_DEFAULT__BIND_PORT',
        '[DEFAULT] bind_host = 127.0.0.1 # default',
        '[DEFAULT] enabled_import_methods = glance-direct,web-download,copy-image # default',
      ]),
    );
    const names = lines.map((line) => line.split(' = ')[0]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('leaves out defaults when it is asked to, but not what follows from other options', () => {
    const file = write(
      '[paste_deploy]\nflavor = trusted-auth\n[DEFAULT]\nsql_connection = sqlite:////srv/h.sqlite\n[os_glance_staging_store]\nfilesystem_store_datadir = /s\n',
    );
    expect(show([file], { set: true, json: false })).toEqual([
      '[hindsight] data_dir = /srv/h.sqlite.data # [database] connection',
      '[hindsight] identity = trusted-auth # the pipeline of [paste_deploy]',
      `[database] connection = (not shown) # ${file}:4`,
      '[glance_store] default_backend = local # the only store',
      '[local] filesystem_store_datadir = /srv/h.sqlite.data/images # [hindsight] data_dir',
      `[os_glance_staging_store] filesystem_store_datadir = /s # ${file}:6`,
      `[paste_deploy] flavor = trusted-auth # ${file}:2`,
    ]);
  });

  it('keeps the options of a store together, also those of [backend_defaults]', () => {
    const file = write(
      '[DEFAULT]\nenabled_backends = b:file, a:file\n[glance_store]\ndefault_backend = a\n' +
        '[a]\nfilesystem_store_datadir = /a\nweight = 3\n[b]\nfilesystem_store_datadir = /b\n[backend_defaults]\nweight = 2\n',
    );
    const lines = show([file], { set: true, json: false }).filter((line) => /^\[[ab]\]/.test(line));
    expect(lines).toEqual([
      `[a] filesystem_store_datadir = /a # ${file}:6`,
      `[a] weight = 3 # ${file}:7`,
      `[b] filesystem_store_datadir = /b # ${file}:9`,
      `[b] weight = 2 # ${file}:11`,
    ]);
  });

  it('shows no secret', () => {
    const file = write(
      '[hindsight]\nidentity = keystone\nredis_url = redis://:redis-pw@h\n' +
        '[keystone_authtoken]\nauth_url = http://u:url-pw@k\nusername = g\npassword = key-pw\n',
    );
    const lines = [...show([file]), ...show([file], { set: false, json: true })].join('\n');
    expect(lines).not.toMatch(/redis-pw|url-pw|key-pw/);
    expect(lines).toContain(`[keystone_authtoken] password = (not shown) # ${file}:7`);
  });

  it('prints JSON', () => {
    const file = write('[DEFAULT]\nbind_port = 1\n');
    expect(show([file], { set: true, json: true }).map((line) => JSON.parse(line) as unknown)).toContainEqual({
      group: 'DEFAULT',
      name: 'bind_port',
      value: '1',
      source: `${file}:2`,
    });
  });
});

describe('hindsight config check', () => {
  it('finds nothing wrong with what can be used', async () => {
    const { count, lines } = await check([write('[DEFAULT]\nuse_syslog = true\n')]);
    expect(count).toBe(0);
    expect(lines).toEqual([
      expect.stringMatching(/^file: .*glance-api\.conf$/),
      expect.stringMatching(/^warning: \[DEFAULT\] use_syslog \(.*glance-api\.conf:2\) has no effect/),
      '1 files, 1 warnings, 0 problems',
    ]);
  });

  it('names everything that is wrong in all files at once', async () => {
    const broken = write('[DEFAULT\nbind_port = 1\n', 'broken.conf');
    const wrong = write(
      '[DEFAULT]\nbind_port = x\nproperty_protection_file = p.conf\n[paste_deploy]\nflavor = house\n',
    );
    write('[^x_]\nread = @\n', 'p.conf');
    write('get_image: "("\n', 'policy.yaml');
    write('{"a": {"type": "number"}}', 'schema-image.json');
    const { count, lines } = await check([broken, wrong, join(folder, 'absent.conf')]);
    const problems = lines.filter((line) => line.startsWith('problem: ')).join('\n');
    expect(problems).toContain(`${broken}:1: `);
    expect(problems).toContain(`[DEFAULT] bind_port = "x" (${wrong}:2): must be an integer`);
    expect(problems).toContain(`${join(folder, 'absent.conf')}: `);
    expect(problems).toContain('flavor = "house"');
    expect(problems).toMatch(/p\.conf:1: \[\^x_\]: "create" is missing/);
    expect(problems).toMatch(/policy\.yaml:1: /);
    expect(problems).toMatch(/schema-image\.json: property "a"/);
    expect(count).toBe(problems.split('\n').length);
  });

  it('makes no folder', async () => {
    const data = resolve(folder, 'new');
    await check([write(`[hindsight]\ndata_dir = ${data}\n`)]);
    expect(() => rmSync(data, { recursive: true })).toThrow(/ENOENT/);
  });
});
