import { mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CloudsFile, CloudsFileInvalid } from '../../../src/auth/builtin/clouds-file.js';
import { DirectorySource } from '../../../src/auth/builtin/directory-source.js';
import { prepareUsers } from '../../../src/auth/builtin/first-start.js';
import { verifyPassword } from '../../../src/auth/builtin/password-hash.js';
import { RevokedTokens } from '../../../src/auth/builtin/revoked-tokens.js';
import { loadSigningKey, SigningKeyInvalid } from '../../../src/auth/builtin/signing-key.js';
import { UsersFileInvalid } from '../../../src/auth/builtin/users-file.js';

const endpoint = { baseUrl: 'http://127.0.0.1:9292', region: 'RegionOne' };

describe('the files of the built-in identity service', () => {
  let folder: string;
  let usersFile: string;
  let cloudsFile: string;
  let warnings: string[];
  const warn = (message: string): void => void warnings.push(message);
  const prepare = (at = endpoint) => prepareUsers({ usersFile, cloudsFile }, at, warn);
  const clouds = async () => parse(await readFile(cloudsFile, 'utf8')).clouds;
  const passwordFits = async (password: string): Promise<boolean> => {
    const directory = await new DirectorySource(usersFile, warn).current();
    return verifyPassword(password, directory.user({ name: 'admin', domain: { id: 'default' } })!.passwordHash);
  };
  const replaceInUsers = async (from: string | RegExp, to: string): Promise<void> =>
    writeFile(usersFile, (await readFile(usersFile, 'utf8')).replace(from, to));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'builtin-'));
    usersFile = join(folder, 'data', 'users.yaml');
    cloudsFile = join(folder, 'data', 'clouds.yaml');
    warnings = [];
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are created at first start, for their owner only, with matching passwords', async () => {
    await prepare();

    for (const path of [usersFile, cloudsFile]) expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { hindsight } = await clouds();
    expect(hindsight.auth).toMatchObject({ auth_url: 'http://127.0.0.1:9292/identity/v3', username: 'admin' });
    expect(await passwordFits(hindsight.auth.password)).toBe(true);
    expect(await readdir(join(folder, 'data'))).toEqual(['clouds.yaml', 'users.yaml']);
  });

  it('agree when several processes start at once', async () => {
    await Promise.all([prepare(), prepare(), prepare()]);

    expect(await passwordFits((await clouds()).hindsight.auth.password)).toBe(true);
  });

  it('agree when the first start broke off between them', async () => {
    await new CloudsFile(cloudsFile).createIfAbsent(endpoint);
    const { hindsight } = await clouds();
    await prepare();

    expect((await clouds()).hindsight).toEqual(hindsight);
    expect(await passwordFits(hindsight.auth.password)).toBe(true);
  });

  it('keep passwords and what operators added when the address changes', async () => {
    await prepare();
    const before = await clouds();
    await writeFile(
      cloudsFile,
      `# mine\n${await readFile(cloudsFile, 'utf8')}  other: {auth: {auth_url: elsewhere}}\n`,
    );
    await prepare({ baseUrl: 'https://images.example', region: 'North' });
    const after = await clouds();

    expect(after.hindsight.auth).toEqual({
      ...before.hindsight.auth,
      auth_url: 'https://images.example/identity/v3',
    });
    expect(after['hindsight-demo'].region_name).toBe('North');
    expect(after.other).toEqual({ auth: { auth_url: 'elsewhere' } });
    expect(await readFile(cloudsFile, 'utf8')).toMatch(/^# mine/);
    expect((await stat(cloudsFile)).mode & 0o777).toBe(0o600);
  });

  it('are told apart from a clouds file of somebody else', async () => {
    await prepare();
    await unlink(usersFile);
    await writeFile(cloudsFile, 'clouds: {}\n');

    await expect(prepare()).rejects.toBeInstanceOf(CloudsFileInvalid);
  });

  it('say so when the clouds file is gone', async () => {
    await prepare();
    await unlink(cloudsFile);
    await prepare();

    expect(warnings).toEqual([expect.stringContaining('clouds.yaml is gone')]);
  });

  it('take a password in clear, and keep only its hash', async () => {
    await prepare();
    await replaceInUsers(/password_hash: .*/, 'password: "new one"');

    expect(await passwordFits('new one')).toBe(true);
    const text = await readFile(usersFile, 'utf8');
    expect(text).not.toContain('new one');
    expect(text).toMatch(/^# Users, projects and roles/);
    expect((await stat(usersFile)).mode & 0o777).toBe(0o600);
  });

  it('take effect when they change', async () => {
    await prepare();
    const source = new DirectorySource(usersFile, warn);
    const admin = { name: 'admin', domain: { id: 'default' } };
    expect((await source.current()).user(admin)?.enabled).toBe(true);
    await replaceInUsers(/name: admin\n {4}password_hash/, 'name: admin\n    enabled: false\n    password_hash');

    expect((await source.current()).user(admin)?.enabled).toBe(false);
  });

  it('stay in effect as they were, with one warning, when a change cannot be understood', async () => {
    await prepare();
    const source = new DirectorySource(usersFile, warn);
    const before = (await source.current()).entries;
    await writeFile(usersFile, 'users: [');
    await source.current();
    await source.current();

    expect((await source.current()).entries).toEqual(before);
    expect(warnings).toEqual([expect.stringContaining('not YAML')]);
  });

  it('stop a start when they cannot be understood', async () => {
    await prepare();
    await writeFile(usersFile, 'users: 1');

    await expect(new DirectorySource(usersFile, warn).current()).rejects.toBeInstanceOf(UsersFileInvalid);
  });

  it('hold one signing key for all processes', async () => {
    const path = join(folder, 'identity', 'signing.key');
    const [first, second] = await Promise.all([loadSigningKey(path), loadSigningKey(path)]);

    expect(first).toEqual(second);
    expect(first).toEqual(await loadSigningKey(path));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('do without a signing key that is none', async () => {
    const path = join(folder, 'signing.key');
    await writeFile(path, 'short');

    await expect(loadSigningKey(path)).rejects.toBeInstanceOf(SigningKeyInvalid);
  });

  it('keep revocations for all processes until the token expires', async () => {
    const [ours, theirs] = [new RevokedTokens(folder), new RevokedTokens(folder)];
    await ours.add({ id: '-a', expiresAtS: 100 }, 50);

    expect(theirs.has({ id: '-a', expiresAtS: 100 })).toBe(true);
    expect(theirs.has({ id: 'b', expiresAtS: 100 })).toBe(false);
    await theirs.add({ id: 'b', expiresAtS: 200 }, 150);
    expect(await readdir(folder)).toEqual(['200-b']);
  });
});
