import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecretKey, SecretKeyInvalid } from '../../../src/projections/database/secret-key.js';

describe('the key of task secrets', () => {
  let folder: string;
  let dataDir: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-secret-key-'));
    dataDir = join(folder, 'data');
    file = join(dataDir, 'task-secrets.key');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made on first use, for its owner only', async () => {
    expect(await loadSecretKey(dataDir)).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('stays the same, and differs from that of another folder', async () => {
    const key = await loadSecretKey(dataDir);
    expect(await loadSecretKey(dataDir)).toEqual(key);
    expect(await loadSecretKey(join(folder, 'other'))).not.toEqual(key);
  });

  it('is one key for all that start at the same time, who leave nothing else behind', async () => {
    const [first, ...others] = await Promise.all(Array.from({ length: 10 }, () => loadSecretKey(dataDir)));
    for (const key of others) expect(key).toEqual(first);
    expect(await readdir(dataDir)).toEqual(['task-secrets.key']);
  });

  it('is refused when the file holds something else, which stays as it is', async () => {
    await mkdir(dataDir);
    await writeFile(file, 'too short');
    await expect(loadSecretKey(dataDir)).rejects.toThrow(/does not hold a key of 32 bytes/);
    await expect(loadSecretKey(dataDir)).rejects.toBeInstanceOf(SecretKeyInvalid);
    expect((await stat(file)).size).toBe(9);
  });

  it('cannot be had where its file can be neither read nor made', async () => {
    await writeFile(dataDir, 'a file in the place of the folder');
    await expect(loadSecretKey(dataDir)).rejects.toBeInstanceOf(SecretKeyInvalid);
    await expect(loadSecretKey(dataDir)).rejects.toThrow(/can be neither read nor made/);
  });
});
