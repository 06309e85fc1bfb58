import { randomBytes } from 'node:crypto';
import { describeWithBackend } from '../support/backends.js';
import { newCast } from '../support/callers.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import { ImageSession } from '../support/image-session.js';
import { isPostgresInstalled, PostgresServer } from '../support/postgres.js';
import { expectSuccess } from '../support/run-command.js';
import { describeStart } from '../support/server-start.js';
import { Service } from '../support/service.js';
import { filesOf, newMember, trusting } from '../support/trusting-service.js';

describeWithBackend('PostgreSQL', isPostgresInstalled(), () => {
  let server: PostgresServer;
  let url: string;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  afterAll(() => server.stop());

  const withEvents = (eventStore: string) => trusting({ OS_HINDSIGHT__EVENT_STORE: eventStore });

  describe('a service whose events are in PostgreSQL', () => {
    let service: Service;

    beforeEach(async () => {
      service = await Service.start(withEvents(url));
    });
    afterEach(() => service.remove());

    it('keeps images over a restart, removes their data, and can prove its history', async () => {
      const member = newMember(service);
      const kept = await member.active({ name: 'kept' }, randomBytes(100_000));
      const gone = await member.active();
      expectEmpty(await member.delete(`/v2/images/${gone.id}`), 204);
      await eventually(async () => expect(await filesOf(service, gone.id)).toEqual([]));
      await service.restart();

      expect(await member.show(kept.id)).toEqual(kept);
      expect(expectSuccess(await service.command('history', gone.id))).toContain('ImageDeleted');
      expectSuccess(await service.command('verify'));
    });

    it('shows what an API process beside it has just changed', async () => {
      const beside = await Service.start({ ...withEvents(url), role: 'api', dataDir: service.dataDir });
      const caller = newCast().member;
      const [here, there] = [service, beside].map(({ url: api }) => new ImageSession(() => api, caller));
      try {
        const { id } = await here!.queued();
        expectStatus(await there!.patch(id, [{ op: 'replace', path: '/name', value: 'seen' }]), 200);
        expect((await here!.show(id)).name).toBe('seen');
        expectStatus(await here!.patch(id, [{ op: 'replace', path: '/name', value: 'seen again' }]), 200);
        expect((await there!.show(id)).name).toBe('seen again');
      } finally {
        await beside.stop();
      }
    });

    it('refuses changes while the server is away, shows what there is, and goes on when it is back', async () => {
      const member = newMember(service);
      const image = await member.active();
      await server.halt();

      const refused = await member.tryCreate({ name: 'refused' });
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)]);
      expect(await member.show(image.id)).toEqual(image);
      expect(expectStatus(await member.get('/v2/images'), 200).json.images).toHaveLength(1);
      expectStatus(await member.get(`/v2/images/${image.id}/file`), 200);

      await server.restart();
      const later = await member.active({ name: 'later' });
      expectEmpty(await member.delete(`/v2/images/${later.id}`), 204);
      await eventually(async () => expect(await filesOf(service, later.id)).toEqual([]));
    });
  });

  describeStart({
    option: '[hindsight] event_store',
    scheme: 'postgresql',
    url: () => url,
    server: () => server,
    settingsOf: withEvents,
  });
});
