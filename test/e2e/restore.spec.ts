import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeWithBackend } from '../support/backends.js';
import { cloudToken } from '../support/cloud.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import { ImageSession } from '../support/image-session.js';
import { isPostgresThere, postgresDatabases } from '../support/postgres.js';
import type { PostgresDatabases } from '../support/postgres.js';
import { expectSuccess, isInstalled, runCommand } from '../support/run-command.js';
import type { CommandResult } from '../support/run-command.js';
import { Service } from '../support/service.js';
import { newMember } from '../support/trusting-service.js';

/** An image as its client knows it, once the service has acknowledged it. */
type Known = Readonly<{ id: string; data: Buffer }>;

/** Runs what the page of operations says. */
async function followPage(instruction: string, variables: Readonly<Record<string, string>>): Promise<CommandResult> {
  const page = await readFile('docs/operations.md', 'utf8');
  const block = new RegExp(`<!-- test: ${instruction} -->\\n+\`\`\`sh\\n([^]*?)\`\`\``);
  const [, script = 'exit 99'] = block.exec(page) ?? [];
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return runCommand('bash', ['-euo', 'pipefail', '-c', script], { ...variables, PATH: path });
}

describe('a restore from a backup that was taken under load', () => {
  let service: Service;
  let place: string;

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'hindsight-restore-'));
    const environment = () => ({
      OS_DEFAULT__DELAYED_DELETE: 'true',
      OS_DEFAULT__SCRUB_TIME: '3600',
      OS_HINDSIGHT__UPLOAD_LEASE: '2',
    });
    service = await Service.start({ environment, dataDir: join(place, 'data') });
  });
  afterAll(async () => {
    await service.remove();
    await rm(place, { recursive: true });
  });

  const login = async (): Promise<ImageSession> => {
    const token = await cloudToken(service, 'hindsight');
    return new ImageSession(() => service.url, { project: '', token });
  };

  const follow = (instruction: string): Promise<CommandResult> =>
    followPage(instruction, { DATA: service.dataDir, BACKUP: join(place, 'backup') });

  it('has everything that was acknowledged before it, serves it, and nothing else', async () => {
    const client = await login();
    const before: Known[] = [];
    const upload = async (): Promise<Known> => {
      const data = randomBytes(50_000);
      const { id } = await client.active({ name: 'of a backup' }, data);
      return { id, data };
    };
    for (let n = 0; n < 5; n += 1) before.push(await upload());

    let isOver = false;
    let rounds = 0;
    const load = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const { id } = await upload();
        expectEmpty(await client.delete(`/v2/images/${id}`), 204);
        await upload();
        rounds += 1;
      }
    });
    const unfinished = client.openUpload((await client.queued()).id);
    await unfinished.write(randomBytes(50_000));
    await eventually(() => expect(rounds).toBeGreaterThan(5));
    const [soonDeleted] = before;
    const backup = follow('backup');
    expectEmpty(await client.delete(`/v2/images/${soonDeleted!.id}`), 204);
    expectSuccess(await backup);
    const meanwhile = rounds;
    await eventually(() => expect(rounds).toBeGreaterThan(meanwhile));
    isOver = true;
    await Promise.all(load);

    await service.kill9();
    unfinished.destroy();
    await rename(service.dataDir, join(place, 'lost'));
    expectSuccess(await follow('restore'));
    await service.launch();

    await eventually(async () => expectSuccess(await follow('check')));
    const again = await login();
    await eventually(async () => expect((await again.list('?status=saving')).images).toEqual([]));
    for (const { id, data } of before.slice(1)) {
      expect((await again.download(id)).body.equals(data)).toBe(true);
    }
    for (const { id, status } of (await again.list('?limit=1000')).images) {
      expectStatus(await again.download(id), status === 'active' ? 200 : 204);
    }
    expectEmpty(await again.upload((await again.queued()).id, 'new data'), 204);
  });
});

describeWithBackend('PostgreSQL and pg_dump, for backups', isPostgresThere() && isInstalled('pg_dump'), () => {
  let databases: PostgresDatabases;
  let place: string;
  beforeAll(async () => {
    databases = await postgresDatabases();
    place = await mkdtemp(join(tmpdir(), 'hindsight-restore-'));
  });
  afterAll(async () => {
    await databases.stop();
    await rm(place, { recursive: true });
  });

  it('a dump of the events is all that a service needs of its database', async () => {
    let url = await databases.createDatabase();
    const environment = () => ({ OS_HINDSIGHT__IDENTITY: 'fakeauth', OS_DATABASE__CONNECTION: url });
    const service = await Service.start({ environment });
    try {
      const member = newMember(service);
      const { id } = await member.active({ name: 'kept' });
      expectSuccess(await followPage('backup of PostgreSQL', { EVENTS: url, BACKUP: place }));
      await member.create({ name: 'too late' });
      await service.kill9();

      url = await databases.createDatabase();
      expectSuccess(await followPage('restore of PostgreSQL', { EVENTS: url, BACKUP: place }));
      await service.launch();
      expect(await member.names()).toEqual(['kept']);
      expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
      expectStatus(await member.patch(id, [{ op: 'replace', path: '/name', value: 'changed' }]), 200);
      expectSuccess(await service.command('verify'));
      expectSuccess(await service.command('reconcile'));
    } finally {
      await service.remove();
    }
  });
});
