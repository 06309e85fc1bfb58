import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { configSourcesFor } from '../../../src/cli/global-options.js';
import { findConfigFiles, namedConfigFiles } from '../../../src/config/find-config-files.js';
import type { ConfigPath } from '../../../src/config/find-config-files.js';
import { loadConfig } from '../../../src/config/load-config.js';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'hindsight-files-'))));
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text = ''): string => {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
const file = (path: string): ConfigPath => ({ kind: 'file', path });
const folder = (path: string): ConfigPath => ({ kind: 'folder', path });

describe('Files that the command line names', () => {
  const limit = (paths: readonly ConfigPath[]): number => {
    const sources = { ...namedConfigFiles(paths), environment: {}, commandLine: {} };
    return loadConfig(sources).config.api.limitParamDefault;
  };

  it('win over those before them, and folders over files in the same way', () => {
    const one = file(write('one.conf', '[DEFAULT]\nlimit_param_default = 1\n'));
    const two = file(write('two.conf', '[DEFAULT]\nlimit_param_default = 2\n'));
    write('d/20.conf', '[DEFAULT]\nlimit_param_default = 20\n');
    write('d/10.conf', '[DEFAULT]\nlimit_param_default = 10\n');
    write('d/.30.conf', '[DEFAULT]\nlimit_param_default = 30\n');
    write('d/40.conf.bak', '[DEFAULT]\nlimit_param_default = 40\n');
    const d = folder(join(root, 'd'));
    expect([[one, two], [two, one], [one, d, two], [d, one], [one, two, d], [d]].map(limit)).toEqual([
      2, 1, 2, 1, 20, 20,
    ]);
  });

  it('come with the folder of their name, unless another folder is named', () => {
    const one = file(write('one.conf', '[DEFAULT]\nlimit_param_default = 1\n'));
    write('one.conf.d/x.conf', '[DEFAULT]\nlimit_param_default = 11\n');
    mkdirSync(join(root, 'empty'));
    expect(limit([one])).toBe(11);
    expect(limit([one, folder(join(root, 'empty'))])).toBe(1);
  });

  it('must be there', () => {
    expect(() => limit([file(join(root, 'absent.conf'))])).toThrow(/absent\.conf/);
    expect(() => limit([folder(join(root, 'absent.d')), file(write('one.conf'))])).toThrow(/absent\.d/);
  });
});

describe('Files that nobody names', () => {
  it('are those of the program in the first folder that has them, after those of all programs', () => {
    const home = join(root, 'home');
    const [own, shared] = [write('home/.glance/glance-api.conf'), write('home/glance.conf')];
    write('home/glance-api.conf');
    write('home/glance-api.conf.d/x.conf');
    const { files, directories } = findConfigFiles('glance-api', { HOME: home });
    expect(files.filter((path) => path.startsWith(root))).toEqual([shared, own]);
    expect(directories.filter((path) => path.startsWith(root))).toEqual([join(home, 'glance-api.conf.d')]);
  });

  it('are those of one folder where the environment names it', () => {
    const [imports, api] = [write('etc/glance-image-import.conf'), write('etc/glance-api.conf')];
    const environment = { OS_GLANCE_CONFIG_DIR: join(root, 'etc'), HOME: root };
    expect(findConfigFiles('glance-api', environment)).toEqual({ files: [imports, api], directories: [] });
    expect(findConfigFiles('glance-scrubber', environment)).toEqual({ files: [imports], directories: [] });
    mkdirSync(join(root, 'etc/glance-api.conf.d'));
    expect(findConfigFiles('glance-api', environment).directories).toEqual([join(root, 'etc/glance-api.conf.d')]);
  });

  it.each([
    ['api', 'glance-api'],
    ['worker', 'glance-api'],
    ['scrubber', 'glance-scrubber'],
    ['serve', undefined],
    [null, undefined],
  ])('are looked for by the role %s', (role, program) => {
    const path = write(`etc/${program ?? 'glance-api'}.conf`);
    const sources = configSourcesFor({}, { OS_GLANCE_CONFIG_DIR: join(root, 'etc') }, role);
    expect(sources.files).toEqual(program === undefined ? [] : [path]);
    expect(sources.program).toBe(program);
  });

  it('are not looked for when some are named', () => {
    write('etc/glance-api.conf');
    const named = write('mine.conf');
    const environment = { OS_GLANCE_CONFIG_DIR: join(root, 'etc') };
    expect(configSourcesFor({ configPaths: [file(named)] }, environment, 'api').files).toEqual([named]);
  });
});
