import { jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { newCast } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import type { ServiceEnvironment } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';
import { WebhookReceiver, webhookSecret } from '../../support/webhook-receiver.js';

jest.setTimeout(180_000);

const rename = (name: string): readonly object[] => [{ op: 'replace', path: '/name', value: name }];

describe('webhooks', () => {
  const cast = newCast();
  let receiver: WebhookReceiver;
  const services: Service[] = [];

  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await service.remove();
    await receiver.stop();
  });

  const hook = (name: string, options: Readonly<Record<string, string>> = {}): ServiceEnvironment => {
    const all = { url: receiver.url, secret: webhookSecret(), ...options };
    return Object.fromEntries(Object.entries(all).map(([option, value]) => [`OS_WEBHOOK:${name}__${option}`, value]));
  };
  const start = async (environment: ServiceEnvironment, role: 'serve' | 'api' = 'serve'): Promise<Service> => {
    const service = await Service.start({ ...trusting(environment), role });
    services.push(service);
    return service;
  };
  const as = (service: Service, caller: keyof typeof cast = 'member'): ImageSession =>
    new ImageSession(() => service.url, cast[caller]);

  it('are told of what happens, in the form of the feed, signed', async () => {
    const service = await start(hook('audit'));
    const member = as(service);
    const { id } = await member.active({ name: 'one' });
    expectStatus(await member.patch(id, rename('two')), 200);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await eventually(() => expect(receiver.typesOf(id)).toContain('ImageDeleted'));

    const { events } = expectStatus(await as(service, 'admin').get(`/v2/events?image=${id}`), 200).json;
    const told = receiver.accepted.filter(({ event }) => event.image_id === id);
    expect(told.slice(0, events.length).map(({ event }) => event)).toEqual(events);
    expect(told[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
    });
    expect(told.every((each) => WebhookReceiver.isSigned(each, webhookSecret()))).toBe(true);
    expect(told.some((each) => WebhookReceiver.isSigned(each, webhookSecret(8)))).toBe(false);
    expect(new Set(told.map((each) => each.id)).size).toBe(told.length);
  });

  it('are told of tasks and metadata definitions, too', async () => {
    const service = await start(hook('audit'));
    const admin = as(service, 'admin');
    const namespace = `Test${Date.now()}`;
    expectStatus(await admin.post('/v2/metadefs/namespaces', { namespace }), 201);
    const { id } = await as(service).staged();
    expectStatus(await as(service).post(`/v2/images/${id}/import`, { method: { name: 'glance-direct' } }), 202);
    await eventually(() => expect(receiver.typesOf()).toEqual(expect.arrayContaining(['TaskSucceeded'])));
    const { events } = expectStatus(await admin.get('/v2/events?limit=100'), 200).json;
    await eventually(() =>
      expect(new Set(receiver.accepted.map(({ event }) => event.position)).size).toBe(events.length),
    );
    const inOrder = receiver.accepted
      .map(({ event }) => event)
      .toSorted((a, b) => Number(a.position) - Number(b.position));
    expect(inOrder).toEqual(events);
    expect(events.map(({ type }: any) => type)).toEqual(
      expect.arrayContaining(['MetadefNamespaceCreated', 'TaskCreated', 'ImageImportCompleted']),
    );
  });

  it('are told of what they want to know only', async () => {
    const project = cast.member.project;
    const service = await start(hook('audit', { event_types: 'ImageCreated,ImageDeleted', projects: project }));
    const { id } = await as(service).create({ name: 'mine' });
    await as(service, 'other').create({ name: 'not mine' });
    expectStatus(await as(service).patch(id, rename('x')), 200);
    expectStatus(await as(service).delete(`/v2/images/${id}`), 204);
    await eventually(() => expect(receiver.typesOf()).toEqual(['ImageCreated', 'ImageDeleted']));
  });

  it('are told of nothing that happened before there were any', async () => {
    const service = await start({});
    await as(service).create({ name: 'before' });
    await service.stop();
    const later = await Service.start({ ...trusting(hook('audit')), dataDir: service.dataDir });
    try {
      const { id } = await as(later).create({ name: 'after' });
      await eventually(() => expect(receiver.accepted).toHaveLength(1));
      expect(receiver.accepted[0]!.event.image_id).toBe(id);
    } finally {
      await later.remove();
    }
  });

  it('get an event again that they refuse, before what comes behind it, and hold up neither other images nor others', async () => {
    const healthy = await WebhookReceiver.start();
    let isMended = false;
    const service = await start({
      ...hook('broken', { retry_interval_max: '1' }),
      ...hook('healthy', { url: healthy.url }),
    });
    const member = as(service);
    const refused = await member.create({ name: 'refused' });
    receiver.answer = (event) => (event.image_id === refused.id && !isMended ? 500 : 204);
    for (const name of ['a', 'b', 'c']) expectStatus(await member.patch(refused.id, rename(name)), 200);
    const other = await member.create();
    await eventually(() => expect(receiver.typesOf(other.id)).toEqual(['ImageCreated']));
    await eventually(() => expect(healthy.typesOf(refused.id)).toHaveLength(4));
    await eventually(() =>
      expect(receiver.requests.filter(({ event }) => event.image_id === refused.id).length).toBeGreaterThan(2),
    );
    isMended = true;
    await eventually(() => expect(receiver.typesOf(refused.id)).toHaveLength(4));
    expect(
      receiver.accepted.filter(({ event }) => event.image_id === refused.id).map(({ event }) => event.revision),
    ).toEqual([0, 1, 2, 3]);
    const lines = service.log.split('\n').filter((line) => /receiver of events (away|back)/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line.includes('"webhook/broken"'))).toBe(true);
    await healthy.stop();
  });

  it.each([
    ['never answers', null, 'The server did not answer within 1 seconds'],
    ['answers 500', 500, 'The server answers with status 500'],
    ['redirects', 302, 'The server answers with status 302'],
  ])('that one %s is put aside after its last attempt, and can be sent once more', async (_, status, reason) => {
    const service = await start(hook('audit', { timeout: '1', max_attempts: '2', retry_interval_max: '1' }));
    const member = as(service);
    receiver.answer = (event) => (event.type === 'ImageCreated' ? status : 204);
    const { id } = await member.create();
    expectStatus(await member.patch(id, rename('next')), 200);
    await eventually(() => expect(receiver.typesOf(id)).toEqual(['ImageDetailsChanged']));

    const dead = expectSuccess(await service.command('webhooks', 'dead', '--json')).trim();
    const [created] = receiver.requests;
    expect(JSON.parse(dead)).toEqual({
      webhook: 'audit',
      event_id: created!.id,
      type: 'ImageCreated',
      stream: `image-${id}`,
      revision: 0,
      attempts: 2,
      reason,
      died_at: expect.any(String),
    });
    const list = async (): Promise<unknown> =>
      JSON.parse(expectSuccess(await service.command('webhooks', 'list', '--json')));
    const { origin } = new URL(receiver.url);
    await eventually(async () => expect(await list()).toEqual({ name: 'audit', origin, lag: '0', dead: 1 }));

    const failed = await service.command('webhooks', 'retry', 'audit');
    expect([failed.exitCode, failed.stdout]).toEqual([1, `${created!.id}  not sent: ${reason}\n`]);
    receiver.answer = () => 204;
    const retried = await service.command('webhooks', 'retry', 'audit', created!.id);
    expect([retried.exitCode, retried.stdout]).toEqual([0, `${created!.id}  sent\n`]);
    expect(receiver.typesOf(id)).toEqual(['ImageDetailsChanged', 'ImageCreated']);
    expect(await list()).toMatchObject({ dead: 0 });
    expect((await service.command('webhooks', 'retry', 'nobody')).exitCode).toBe(2);
  });

  it('are told by one process at a time, and by the next when that one is killed', async () => {
    const environment = hook('audit', { retry_interval_max: '1' });
    const api = await start(environment, 'api');
    const member = as(api);
    const workers = [api.startCommand('worker'), api.startCommand('worker')];
    try {
      const ids: string[] = [];
      const change = async (): Promise<void> => {
        const { id } = await member.create();
        ids.push(id);
        for (const name of ['a', 'b']) expectStatus(await member.patch(id, rename(name)), 200);
      };
      for (let n = 0; n < 5; n += 1) await change();
      await eventually(() => expect(receiver.accepted).toHaveLength(15), 60_000);
      expect(new Set(receiver.accepted.map(({ id }) => id)).size).toBe(15);

      receiver.answer = () => null; // what is under way when they die has no answer
      for (let n = 0; n < 5; n += 1) await change();
      await eventually(() => expect(receiver.requests.length).toBeGreaterThan(15), 60_000);
      for (const { child } of workers) child.kill('SIGKILL');
      await Promise.all(workers.map(({ exit }) => exit));
      receiver.answer = () => 204;
      workers.push(api.startCommand('worker'));
      await eventually(() => {
        for (const id of ids)
          expect(receiver.typesOf(id)).toEqual(['ImageCreated', 'ImageDetailsChanged', 'ImageDetailsChanged']);
      }, 120_000);
    } finally {
      for (const { child, exit } of workers) {
        child.kill('SIGKILL');
        await exit;
      }
    }
  });

  it('stop at an event that this program does not know, and say so; nothing is skipped', async () => {
    const service = await start(hook('audit'));
    const member = as(service);
    const { id } = await member.create();
    await eventually(() => expect(receiver.typesOf()).toEqual(['ImageCreated']));
    const log = new Database(join(service.dataDir, 'events.sqlite'));
    log
      .prepare(
        `INSERT INTO events (stream, revision, id, type, schema_version, data, metadata)
         SELECT 'image-of-the-future', 0, 'future', 'ImageTeleported', 1, '{}', metadata FROM events LIMIT 1`,
      )
      .run();
    log
      .prepare(
        `INSERT INTO events (stream, revision, id, type, schema_version, data, metadata)
         SELECT stream, 1, 'behind', 'ImageTagAdded', 1, '{"tag":"x"}', metadata FROM events WHERE stream = ?`,
      )
      .run(`image-${id}`);
    log.close();
    await eventually(async () => {
      const { text } = await member.get('/metrics');
      expect(text).toContain('hindsight_consumer_stopped{consumer="webhook/audit",error="events.unknown_type"} 1');
    });
    expect(service.log).toMatch(/UnknownEventType.*consumer of events stopped/);
    expect(service.log.match(/consumer of events stopped/g)).toHaveLength(1);
    expect(receiver.typesOf()).toEqual(['ImageCreated']);
  });

  it('have secrets that nobody is shown', async () => {
    const service = await start(hook('audit', { max_attempts: '1', timeout: '1' }));
    receiver.answer = () => 500;
    await as(service).create();
    await eventually(() => expect(service.log).toContain('event not delivered'));
    const shown = [
      service.log,
      ...(await Promise.all(
        [
          ['config', 'show'],
          ['webhooks', 'list'],
          ['webhooks', 'dead'],
          ['events', 'tail', '--json'],
        ].map(async (words) => expectSuccess(await service.command(...words))),
      )),
    ].join('\n');
    expect(shown).toContain('[webhook:audit] url');
    expect(shown).not.toContain('whsec_');
    expect(shown).not.toContain('in-the-url');
  });
});
