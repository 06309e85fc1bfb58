import { randomBytes } from 'node:crypto';
import { describeWithBackend } from '../support/backends.js';
import { newCast } from '../support/callers.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectProblem, expectStatus } from '../support/expectations.js';
import { ImageSession } from '../support/image-session.js';
import { isMariaDbInstalled, MariaDbServer } from '../support/mariadb.js';
import { isPostgresInstalled, PostgresServer } from '../support/postgres.js';
import { expectSuccess } from '../support/run-command.js';
import { describeStart } from '../support/server-start.js';
import { Service } from '../support/service.js';
import { endOfImport, requestImport } from '../support/task-flows.js';
import { newMember, trusting } from '../support/trusting-service.js';

const connectedTo = (connection: string, more: Readonly<Record<string, string>> = {}) =>
  trusting({ OS_DATABASE__CONNECTION: connection, ...more });

const expectUnavailable = (answer: Readonly<{ status: number; headers: Readonly<Record<string, unknown>> }>): void =>
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)]);

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

  describe('two API processes on one PostgreSQL that has events and read models', () => {
    let first: Service;
    let second: Service;
    let one: ImageSession;
    let other: ImageSession;

    beforeEach(async () => {
      first = await Service.start({ ...connectedTo(url), role: 'api' });
      second = await Service.start({ ...connectedTo(url), role: 'api', dataDir: first.dataDir });
      const { member } = newCast();
      one = new ImageSession(() => first.url, member);
      other = new ImageSession(() => second.url, member);
    });
    afterEach(async () => {
      await second.remove();
      await first.remove();
    });

    it('show what is written through one in the next request to the other, in both directions', async () => {
      const cast = newCast();
      for (const [writer, reader] of [
        [one, other],
        [other, one],
      ] as const) {
        for (let n = 0; n < 10; n += 1) {
          const { id } = await writer.create({ name: `image-${n}` });
          expect((await reader.show(id)).name).toBe(`image-${n}`);
          expectStatus(await reader.patch(id, [{ op: 'replace', path: '/name', value: 'renamed' }]), 200);
          expect((await writer.list('?name=renamed')).images[0].id).toBe(id);
          expectStatus(await writer.put(`/v2/images/${id}/tags/late`), 204);
          expect((await reader.list('?tag=late')).images).toMatchObject([{ id, tags: ['late'] }]);
          await reader.share(id, cast.other.project);
          const { members } = expectStatus(await writer.get(`/v2/images/${id}/members`), 200).json;
          expect(members).toMatchObject([{ member_id: cast.other.project, status: 'pending' }]);
          expectStatus(await writer.delete(`/v2/images/${id}`), 204);
          expectProblem(await reader.get(`/v2/images/${id}`), 404);
        }
      }
    });

    it('lose nothing that was acknowledged when one of them is killed in the middle of its work', async () => {
      const acknowledged: string[] = [];
      let killed = false;
      const write = async (session: ImageSession, name: string): Promise<void> => {
        for (let n = 0; n < 60; n += 1) {
          const answer = await session.tryCreate({ name: `${name}-${n}` }).catch(() => null);
          if (answer?.status === 201) acknowledged.push(answer.json.id);
          else if (!killed) throw new Error(`create was answered with ${answer?.status ?? 'nothing'}`);
          else return;
        }
      };
      const kill = async (): Promise<void> => {
        await eventually(() => {
          expect(acknowledged.length).toBeGreaterThan(20);
        });
        killed = true;
        await first.kill9();
      };
      await Promise.all([write(one, 'a'), write(one, 'b'), write(other, 'c'), kill()]);
      const listed = (await other.list('?limit=1000')).images.map(({ id }: { id: string }) => id);
      expect(acknowledged.filter((id) => !listed.includes(id))).toEqual([]);
      expectStatus(await other.patch(acknowledged[0]!, [{ op: 'replace', path: '/name', value: 'goes on' }]), 200);

      await first.launch();
      expect((await one.show(acknowledged[0]!)).name).toBe('goes on');
      expectSuccess(await first.command('verify'));
    });
  });

  describe('a service whose events are elsewhere than its read models', () => {
    it('answers 503 while those are away, keeps what it has acknowledged, and goes on when they are back', async () => {
      const events = await PostgresServer.start();
      const service = await Service.start(connectedTo(url, { OS_HINDSIGHT__EVENT_STORE: events.url }));
      try {
        const member = newMember(service);
        const kept = await member.active({ name: 'kept' }, randomBytes(1000));
        await server.halt();
        expectUnavailable(await member.get('/v2/images'));
        expectUnavailable(await member.get(`/v2/images/${kept.id}`));
        await server.restart();

        expect(await member.show(kept.id)).toEqual(kept);
        const { id } = await member.active({ name: 'later' });
        expect(await member.names('?sort=name:asc')).toEqual(['kept', 'later']);
        expectEmpty(await member.delete(`/v2/images/${id}`), 204);
        expectSuccess(await service.command('projections', 'rebuild'));
        expect(await member.names()).toEqual(['kept']);
        expectSuccess(await service.command('verify'));
      } finally {
        await service.remove();
        await events.stop();
      }
    });
  });

  describeStart({
    option: '[database] connection',
    scheme: 'postgresql',
    url: () => url,
    server: () => server,
    settingsOf: connectedTo,
  });
});

describeWithBackend('MariaDB', isMariaDbInstalled(), () => {
  let server: MariaDbServer;
  let url: string;

  beforeAll(async () => {
    server = await MariaDbServer.start();
  });
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  afterAll(() => server.stop());

  describe('a service whose read models are in MariaDB, and whose events are in a file', () => {
    let service: Service;

    beforeEach(async () => {
      service = await Service.start(connectedTo(url));
    });
    afterEach(() => service.remove());

    it('creates, lists and imports images, and keeps them over a restart and a rebuild', async () => {
      const member = newMember(service);
      const image = await member.staged({ name: 'imported', 'a-property': 'x' }, randomBytes(10_000));
      expectStatus(await requestImport(member, image.id, { method: { name: 'glance-direct' } }), 202);
      expect(await endOfImport(member, image.id)).toMatchObject({ status: 'success' });
      await member.create({ name: 'Other', tags: ['t'] });
      expect(await member.names('?sort=name:asc')).toEqual(['Other', 'imported']);
      expect(await member.names('?tag=t')).toEqual(['Other']);
      expect(await member.names('?a-property=x')).toEqual(['imported']);

      await service.restart();
      expect((await member.show(image.id)).status).toBe('active');
      expectSuccess(await service.command('projections', 'rebuild'));
      expect(await member.names('?sort=name:asc')).toEqual(['Other', 'imported']);
      expectSuccess(await service.command('verify'));
    });

    it('answers 503 while the server is away, keeps what it has acknowledged, and goes on when it is back', async () => {
      const member = newMember(service);
      const kept = await member.active({ name: 'kept' });
      await server.halt();
      expectUnavailable(await member.get('/v2/images'));
      expectUnavailable(await member.tryCreate({ name: 'perhaps' }));
      await server.restart();

      expect(await member.show(kept.id)).toEqual(kept);
      await member.create({ name: 'later' });
      expect(await member.names()).toEqual(expect.arrayContaining(['kept', 'later']));
      expectSuccess(await service.command('verify'));
    });

    it('shows what an API process beside it has just changed', async () => {
      const beside = await Service.start({ ...connectedTo(url), role: 'api', dataDir: service.dataDir });
      const caller = newCast().member;
      const [here, there] = [service, beside].map(({ url: api }) => new ImageSession(() => api, caller));
      try {
        for (let n = 0; n < 10; n += 1) {
          const { id } = await here!.queued();
          expectStatus(await there!.patch(id, [{ op: 'replace', path: '/name', value: 'seen' }]), 200);
          expect((await here!.show(id)).name).toBe('seen');
        }
      } finally {
        await beside.stop();
      }
    });
  });

  describeStart({
    option: '[database] connection',
    scheme: 'mysql',
    url: () => url,
    server: () => server,
    settingsOf: connectedTo,
  });
});
