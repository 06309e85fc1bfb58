import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { loadNamespaces } from '../../../src/cli/metadef-files.js';

describe('Files of metadata definitions', () => {
  let folder: string;
  let errors: string[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-metadefs-'));
    errors = [];
    jest.spyOn(console, 'error').mockImplementation((line: unknown) => void errors.push(String(line)));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  it('that cannot be read are named, and the others are loaded', async () => {
    await symlink('nowhere', join(folder, 'a.json'));
    await writeFile(join(folder, 'b.json'), JSON.stringify({ namespace: 'OS::B' }));
    await writeFile(join(folder, 'c.json'), '{');
    const loaded: string[] = [];
    const loader = { load: () => Promise.resolve('created' as const) };
    expect(await loadNamespaces(loader, folder, 'skip', (line) => void loaded.push(line))).toBe(false);
    expect(loaded).toEqual(['OS::B: created (b.json)']);
    expect(errors).toEqual([
      expect.stringMatching(/a\.json: .*no such file/),
      expect.stringMatching(/c\.json: the file is no JSON/),
    ]);
  });
});
