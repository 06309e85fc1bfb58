import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIniFile } from '../../../src/config/ini-file.js';
import { expectSuccess, runCommand } from '../../support/run-command.js';

describe('The passwords of a cluster', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hindsight-secrets-'))));
  afterEach(() => rm(folder, { recursive: true }));

  const make = async (): Promise<void> =>
    void expectSuccess(await runCommand(process.execPath, ['deploy/make-secrets.mjs', folder], {}));
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const passwords = (): Promise<string[]> =>
    Promise.all(['postgres', 'redis', 'rabbitmq'].map((service) => read(`${service}/password`)));

  it('are made for each service, and each service is told its own alone', async () => {
    await make();
    const made = await passwords();
    expect(made).toEqual(made.map(() => expect.stringMatching(/^[0-9a-f]{48}$/)));
    expect(new Set(made).size).toBe(3);
    const [postgres, redis, rabbitmq] = made as [string, string, string];
    expect(await read('redis/redis.conf')).toBe(`requirepass ${redis}\n`);
    expect(await read('rabbitmq/hindsight.conf')).toContain(`default_pass = ${rabbitmq}\n`);
    expect((await readdir(join(folder, 'postgres'))).sort()).toEqual(['password']);
    const options = parseIniFile(await read('hindsight/secrets.conf'), 'secrets.conf');
    expect(Object.fromEntries(options.map(({ group, name, value }) => [`${group}.${name}`, value]))).toMatchObject({
      'hindsight.redis_url': `redis://:${redis}@redis:6379/0`,
      'database.connection': `postgresql://hindsight:${postgres}@postgres:5432/hindsight`,
      'oslo_messaging_notifications.transport_url': `rabbit://hindsight:${rabbitmq}@rabbitmq:5672/`,
    });
  });

  it('stay what they are at every further start, also after a first one that broke off', async () => {
    await make();
    const before = await passwords();
    await rm(join(folder, 'hindsight', 'secrets.conf'));
    await rm(join(folder, 'redis', 'redis.conf'));
    await make();
    expect(await passwords()).toEqual(before);
    expect(await read('hindsight/secrets.conf')).toContain(before[0]);
    expect(await read('redis/redis.conf')).toContain(before[1]);
  });

  it('can be read by services under other users, and changed by none of them', async () => {
    await make();
    for (const name of ['postgres/password', 'redis/redis.conf', 'rabbitmq/hindsight.conf', 'hindsight/secrets.conf']) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o444);
    }
  });

  it('are not made where none can be written, and that is said', async () => {
    await writeFile(join(folder, 'postgres'), 'no folder');
    const { exitCode, stderr } = await runCommand(process.execPath, ['deploy/make-secrets.mjs', folder], {});
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('EEXIST')]);
    expect((await runCommand(process.execPath, ['deploy/make-secrets.mjs'], {})).exitCode).toBe(2);
  });
});
