import { jest } from '@jest/globals';
import { describeWithBackend } from '../../support/backends.js';
import { newCast } from '../../support/callers.js';
import type { Cast } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { isOsloMessagingInstalled, OsloListener } from '../../support/oslo/oslo-listener.js';
import { isRabbitInstalled, RabbitListener, RabbitServer } from '../../support/rabbitmq.js';
import { Service } from '../../support/service.js';
import type { ServiceEnvironment } from '../../support/service.js';
import { TaskDeployment, taskEnvironment } from '../../support/task-deployment.js';
import { startTrustingService } from '../../support/trusting-service.js';

jest.setTimeout(240_000);

const RENAME = [{ op: 'replace', path: '/name', value: 'renamed' }];

describeWithBackend('rabbitmq-server', isRabbitInstalled(), () => {
  let rabbit: RabbitServer;
  beforeAll(async () => {
    rabbit = await RabbitServer.start();
  });
  afterAll(() => rabbit.remove());

  const notifying = (more: ServiceEnvironment = {}): ServiceEnvironment => ({
    OS_OSLO_MESSAGING_NOTIFICATIONS__DRIVER: 'messagingv2',
    OS_DEFAULT__TRANSPORT_URL: rabbit.url,
    ...more,
  });
  /** An exchange of the test's own, and queues that outlive the server. */
  const lasting = (name: string): ServiceEnvironment =>
    notifying({
      OS_OSLO_MESSAGING_RABBIT__AMQP_DURABLE_QUEUES: 'true',
      OS_DEFAULT__CONTROL_EXCHANGE: name,
      OS_OSLO_MESSAGING_NOTIFICATIONS__TOPICS: name,
    });
  const listenTo = (name: string): Promise<RabbitListener> =>
    RabbitListener.start(rabbit, [`${name}.info`, `${name}.error`], { exchange: name, durable: true });
  /** Types of what was told of an image, in the order of their coming, repetitions left out. */
  const typesOf = (messages: readonly any[], imageId: string): string[] => {
    const seen = new Set<string>();
    return messages
      .filter(({ message_id: id }) => !seen.has(id) && seen.add(id))
      .filter(({ payload }) => [payload.id, payload.image_id].includes(imageId))
      .map(({ event_type: type }) => type);
  };

  describeWithBackend('python3-oslo.messaging', isOsloMessagingInstalled(), () => {
    let listener: OsloListener;
    let deployment: TaskDeployment;
    let cast: Cast;

    beforeAll(async () => {
      listener = await OsloListener.start(rabbit.url);
      deployment = await TaskDeployment.start({ environment: notifying() });
      await deployment.startWorker();
      cast = newCast();
    });
    afterAll(async () => {
      await listener.stop();
      await deployment.remove();
    });

    const as = (role: keyof Cast): ImageSession => new ImageSession(() => deployment.api.url, cast[role]);
    const told = (concerns: (payload: any) => boolean): any[] =>
      listener.received.filter(({ payload }) => concerns(payload));
    const toldOf = (id: string): any[] =>
      told((payload) => payload.id === id || payload.image_id === id || String(payload).includes(id));
    const summaryOf = (id: string): string[] =>
      toldOf(id).map(({ event_type: type, priority }) => (priority === 'error' ? `${type} ERROR` : type));

    it('hears of the whole life of an image what Glance would have told', async () => {
      const [member, other] = [as('member'), as('other')];
      const { id } = await member.queued({ name: 'first', tags: ['one'], os_distro: 'debian' });
      expectStatus(await member.patch(id, [...RENAME, { op: 'add', path: '/os_version', value: '13' }]), 200);
      expectStatus(await member.upload(id, 'ABCDEFGHIJ'), 204);
      expectStatus(await member.request('PUT', `/v2/images/${id}/tags/two`), 204);
      expectStatus(await member.post(`/v2/images/${id}/members`, { member: cast.other.project }), 200);
      const membership = `/v2/images/${id}/members/${cast.other.project}`;
      expectStatus(await other.put(membership, { status: 'accepted' }), 200);
      expectStatus(await member.delete(membership), 204);
      expectStatus(await as('admin').action(id, 'deactivate'), 204);
      expectStatus(await as('admin').action(id, 'reactivate'), 204);
      expectStatus(await member.download(id), 200);
      await eventually(() => expect(summaryOf(id)).toContain('image.send'));
      expectStatus(await member.delete(`/v2/images/${id}`), 204);
      await eventually(() => expect(summaryOf(id)).toContain('image.delete'));

      expect(summaryOf(id).filter((type) => type !== 'image.send')).toEqual([
        'image.create',
        'image.update',
        ...['image.update', 'image.prepare', 'image.upload', 'image.activate', 'image.update'],
        'image.update',
        ...['image.member.create', 'image.member.update', 'image.member.delete'],
        'image.update',
        'image.update',
        'image.delete',
      ]);
      const payloads = toldOf(id).filter(
        ({ event_type: type }) => /^image\.[a-z]+$/.test(type) && type !== 'image.send',
      );
      expect(payloads[0]).toEqual({
        priority: 'info',
        publisher_id: 'image.localhost',
        event_type: 'image.create',
        metadata: {
          message_id: expect.any(String),
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/),
        },
        payload: {
          id,
          name: 'first',
          status: 'queued',
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          updated_at: expect.any(String),
          min_disk: 0,
          min_ram: 0,
          protected: false,
          checksum: null,
          owner: cast.member.project,
          disk_format: 'raw',
          container_format: 'bare',
          size: null,
          virtual_size: null,
          is_public: false,
          visibility: 'shared',
          properties: { os_distro: 'debian' },
          tags: ['one'],
          deleted: false,
          deleted_at: null,
        },
      });
      expect(payloads[1].payload).toMatchObject({
        name: 'renamed',
        properties: { os_distro: 'debian', os_version: '13' },
      });
      expect(payloads[3].payload).toMatchObject({ status: 'saving', backend: 'fast', os_glance_failed_import: [] });
      expect(payloads[4].payload).toMatchObject({ status: 'active', size: 10, checksum: expect.any(String) });
      expect(payloads.at(-1).payload).toMatchObject({
        status: 'deleted',
        deleted: true,
        deleted_at: expect.any(String),
      });
      expect(toldOf(id).find(({ event_type: type }) => type === 'image.send')).toMatchObject({
        priority: 'info',
        payload: {
          bytes_sent: 10,
          image_id: id,
          owner_id: cast.member.project,
          receiver_tenant_id: cast.member.project,
          receiver_user_id: 'member',
          destination_ip: '127.0.0.1',
        },
      });
    });

    it('hears of failures as text, with another priority', async () => {
      const member = as('member');
      const { id } = await member.queued({ disk_format: 'qcow2' });
      expectStatus(await member.upload(id, 'this is no qcow2'), 415);
      await eventually(() => expect(summaryOf(id)).toContain('image.upload ERROR'));
      const failure = toldOf(id).find(({ priority }) => priority === 'error');
      expect(failure.payload).toMatch(`Failed to upload image data for image ${id} due to `);
    });

    it('hears of an import, its task and its stores', async () => {
      const member = as('member');
      const { id } = await member.staged();
      const request = { method: { name: 'glance-direct' }, stores: ['fast', 'slow'] };
      expectStatus(await member.post(`/v2/images/${id}/import`, request), 202);
      await eventually(async () => expect((await member.show(id)).os_glance_importing_to_stores).toBe(''));
      const { tasks } = (await member.get(`/v2/images/${id}/tasks`)).json;
      const taskId = tasks[0].task_id ?? tasks[0].id;
      await eventually(() => expect(summaryOf(taskId)).toContain('task.run'));
      expect(summaryOf(taskId)).toEqual(['task.create', 'task.processing', 'task.success', 'task.run']);
      const of = (type: string): any[] => toldOf(id).filter((each) => each.event_type === type);
      await eventually(() => expect(of('image.upload')).toHaveLength(2));
      expect(of('image.prepare').map(({ payload }) => payload.backend)).toEqual(['fast', 'slow']);
      expect(of('image.activate')).toHaveLength(1);
      expect(of('image.prepare')[0].payload.os_glance_importing_to_stores).toEqual(['fast', 'slow']);
    });

    it('hears of metadata definitions', async () => {
      const admin = as('admin');
      const namespace = `Test${Date.now()}`;
      const path = `/v2/metadefs/namespaces/${namespace}`;
      expectStatus(await admin.post('/v2/metadefs/namespaces', { namespace, tags: [{ name: 'a' }] }), 201);
      expectStatus(await admin.post(`${path}/objects`, { name: 'limits' }), 201);
      expectStatus(await admin.post(`${path}/tags/b`), 201);
      expectStatus(await admin.delete(`${path}/tags`), 204);
      expectStatus(await admin.delete(path), 204);
      const toldOfNamespace = (): any[] => told((payload) => payload.namespace === namespace);
      await eventually(() => expect(toldOfNamespace()).toHaveLength(6));
      expect(toldOfNamespace().map(({ event_type: type }) => type)).toEqual([
        'metadef_namespace.create',
        'metadef_tag.create',
        'metadef_object.create',
        'metadef_tag.create',
        'metadef_namespace.delete_tags',
        'metadef_namespace.delete',
      ]);
    });
  });

  it('goes on while the RabbitMQ is away, says so once, and sends the rest when it is back', async () => {
    const service = await startTrustingService({ ...lasting('outage') });
    const member = new ImageSession(() => service.url, newCast().member);
    try {
      const [before, during] = [await member.create(), await (await stopped(), member.create())];
      expectStatus(await member.patch(during.id, RENAME), 200);
      await eventually(async () => {
        const { text } = await member.get('/metrics');
        expect(text).toMatch(/hindsight_consumer_deliveries_total\{consumer="notifications",outcome="failed"\} [2-9]/);
        expect(text).toMatch(/hindsight_consumer_lag_events\{consumer="notifications"\} [1-9]/);
      });
      await rabbit.restart();
      const listener = await listenTo('outage');
      await eventually(
        () =>
          expect([before.id, during.id].map((id) => typesOf(listener.messages, id))).toEqual([
            ['image.create'],
            ['image.create', 'image.update'],
          ]),
        60_000,
      );
      await eventually(async () => {
        const { text } = await member.get('/metrics');
        expect(text).toContain('hindsight_consumer_lag_events{consumer="notifications"} 0');
      });
      await listener.stop();
      const lines = service.log.split('\n').filter((line) => /receiver of events (away|back)/.test(line));
      expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
        'receiver of events away',
        'receiver of events back',
      ]);
      expect(await service.stop()).toBe(0);
      expect(service.log).not.toContain(encodeURIComponent(rabbit.password));
      expect(service.log).not.toContain(rabbit.password);
    } finally {
      await service.remove();
      await rabbit.restart();
    }

    async function stopped(): Promise<void> {
      const listener = await listenTo('outage');
      await eventually(() => expect(listener.received).toHaveLength(1));
      await listener.stop();
      await rabbit.stop();
    }
  });

  it('loses nothing when the worker is killed, and keeps the order of each image', async () => {
    const api = await Service.start({
      role: 'api',
      environment: (dataDir) => ({ ...taskEnvironment(dataDir), ...lasting('killed') }),
    });
    const member = new ImageSession(() => api.url, newCast().member);
    const listener = await listenTo('killed');
    const workers: ReturnType<Service['startCommand']>[] = [];
    try {
      const ids: string[] = [];
      const change = async (): Promise<void> => {
        const { id } = await member.queued();
        ids.push(id);
        expectStatus(await member.upload(id, 'data'), 204);
        expectStatus(await member.patch(id, RENAME), 200);
      };
      await change(); // before any worker: nothing is missed
      for (let round = 0; round < 3; round += 1) {
        const heard = listener.received.length;
        workers.push(api.startCommand('worker'));
        for (let n = 0; n < 5; n += 1) await change();
        await eventually(() => expect(listener.received.length).toBeGreaterThan(heard), 60_000);
        workers.at(-1)!.child.kill('SIGKILL');
        await workers.at(-1)!.exit;
      }
      for (let n = 0; n < 5; n += 1) await change();
      workers.push(api.startCommand('worker'));
      const life = [
        'image.create',
        ...['image.update', 'image.prepare', 'image.upload', 'image.activate', 'image.update'],
        'image.update',
      ];
      await eventually(() => {
        for (const id of ids) expect(typesOf(listener.messages, id)).toEqual(life);
      }, 120_000);
      expect(ids).toHaveLength(21);
    } finally {
      for (const { child, exit } of workers) {
        child.kill('SIGKILL');
        await exit;
      }
      await listener.stop();
      await api.remove();
    }
  });

  it.each([
    [
      'refuses the password',
      () => rabbit.url.replace(/:[^:@]*@/, ':hush@'),
      /refuses the user hindsight or its password/,
    ],
    ['is no URL of one', () => 'kafka://a:hush@host/', /must be a URL of the form rabbit:/],
  ])('does not start with a RabbitMQ that %s, and names the option', async (_, url, reason) => {
    const environment = (): ServiceEnvironment => notifying({ OS_DEFAULT__TRANSPORT_URL: url() });
    const service = await Service.prepare({ environment });
    expect(await service.launchUntilExit()).toBe(2);
    expect(service.log).toMatch(/\[DEFAULT\] transport_url/);
    expect(service.log).toMatch(reason);
    expect(service.log).not.toContain('hush');
    await service.remove();
  });
});

describe('notifications to the log', () => {
  it('are lines of it', async () => {
    const service = await startTrustingService({ OS_OSLO_MESSAGING_NOTIFICATIONS__DRIVER: 'log' });
    const { id } = await new ImageSession(() => service.url, newCast().member).create();
    await eventually(() => expect(service.log).toContain('"image.create"'));
    const line = service.log.split('\n').find((each) => each.includes('"image.create"'));
    expect(JSON.parse(line!)).toMatchObject({
      msg: 'notification',
      notification: { event_type: 'image.create', priority: 'INFO', payload: { id } },
    });
    await service.remove();
  });
});
