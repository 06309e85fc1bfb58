import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectStatus } from '../../support/expectations.js';
import { expectSuccess } from '../../support/run-command.js';
import { newMember, startTrustingService } from '../../support/trusting-service.js';
import type { Service } from '../../support/service.js';

const READ_MODELS = 'read-models.sqlite';

describe('a process that dies after it has recorded an event and before the read models have it', () => {
  let service: Service;
  let backup: string;

  beforeAll(async () => {
    backup = await mkdtemp(join(tmpdir(), 'hindsight-backup-'));
    service = await startTrustingService();
  });
  afterAll(async () => {
    await service.remove();
    await rm(backup, { recursive: true });
  });

  const copyReadModels = async (from: string, to: string): Promise<void> => {
    const isReadModels = (name: string): boolean => name.startsWith(READ_MODELS);
    for (const name of (await readdir(to)).filter(isReadModels)) await rm(join(to, name));
    for (const name of (await readdir(from)).filter(isReadModels)) await cp(join(from, name), join(to, name));
  };

  it('catches up when it starts again, before it answers anybody', async () => {
    const member = newMember(service);
    const kept = await member.create({ name: 'before' });
    const deleted = await member.create({ name: 'to delete' });
    await service.stop();
    await copyReadModels(service.dataDir, backup);

    await service.launch();
    expectStatus(await member.patch(kept.id, [{ op: 'replace', path: '/name', value: 'after' }]), 200);
    expectStatus(await member.delete(`/v2/images/${deleted.id}`), 204);
    const created = await member.create({ name: 'created' });
    await service.kill9();
    await copyReadModels(backup, service.dataDir);

    await service.launch();
    expect(await member.names('?sort=name:asc')).toEqual(['after', 'created']);
    expect((await member.show(created.id)).name).toBe('created');
    expectStatus(await member.get(`/v2/images/${deleted.id}`), 404);
    expectSuccess(await service.command('verify'));
  });

  it('builds them anew when they are lost altogether', async () => {
    const member = newMember(service);
    await member.create({ name: 'survivor' });
    await service.stop();
    for (const name of await readdir(service.dataDir)) {
      if (name.startsWith(READ_MODELS)) await rm(join(service.dataDir, name));
    }
    await service.launch();
    expect(await member.names()).toEqual(['survivor']);
    expectSuccess(await service.command('verify'));
  });
});
