import { UNKNOWN_ID } from '../support/image-session.js';
import { expectStatus } from '../support/expectations.js';
import { newMember, startTrustingService } from '../support/trusting-service.js';
import type { Service } from '../support/service.js';

describe('hindsight history', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startTrustingService();
  });
  afterAll(() => service.remove());

  it('prints what happened to an image in order, by whom, and what changed from what to what', async () => {
    const member = newMember(service);
    const { id, owner } = await member.queued({ name: 'old name' });
    expectStatus(await member.patch(id, [{ op: 'replace', path: '/name', value: 'new name' }]), 200);
    expectStatus(await member.upload(id, 'data'), 204);
    expectStatus(await member.action(id, 'deactivate'), 204);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);

    const { exitCode, stdout, stderr } = await service.command('history', id);
    expect([exitCode, stderr]).toEqual([0, '']);
    const types = [
      'ImageCreated',
      'ImageDetailsChanged',
      'ImageUploadStarted',
      'ImageDataStored',
      'ImageDeactivated',
      'ImageDeleted',
    ];
    expect(stdout.match(/Image[A-Z][A-Za-z]+/g)?.filter((type) => types.includes(type))).toEqual(types);
    expect(stdout).toMatch(/old name.*new name/);
    expect(stdout).toMatch(/queued.*saving/);
    expect(stdout).toContain('member');
    expect(stdout).toContain(owner);
    expect(stdout).toMatch(/req-[0-9a-f-]{36}/);
    expect(stdout).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
  });

  it('prints one JSON object per event for programs', async () => {
    const member = newMember(service);
    const { id } = await member.create({ name: 'x' });
    const { exitCode, stdout } = await service.command('history', id, '--json');
    expect(exitCode).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines[0])).toContain('ImageCreated');
  });

  it('says that an image is unknown', async () => {
    const { exitCode, stdout, stderr } = await service.command('history', UNKNOWN_ID);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain(UNKNOWN_ID);
  });
});
