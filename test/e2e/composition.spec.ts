import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { describeWithBackend } from '../support/backends.js';
import { cloudToken } from '../support/cloud.js';
import { Composition } from '../support/compose/composition.js';
import { eventually } from '../support/eventually.js';
import { expectEmpty, expectStatus } from '../support/expectations.js';
import { imageFilesBelow } from '../support/image-files.js';
import { ImageSession } from '../support/image-session.js';
import { isPostgresInstalled } from '../support/postgres.js';
import { isRabbitInstalled, RabbitListener } from '../support/rabbitmq.js';
import { isInstalled } from '../support/run-command.js';
import { endOfImport, requestImport } from '../support/task-flows.js';

const isThere =
  ['haproxy', 'redis-server', 'redis-cli', 'wget'].every(isInstalled) && isPostgresInstalled() && isRabbitInstalled();

describeWithBackend('docker-compose.yml as processes: HAProxy, PostgreSQL, Redis, RabbitMQ, wget', isThere, () => {
  let cluster: Composition;
  let token: string;
  let client: ImageSession;

  beforeAll(async () => {
    cluster = await Composition.up('docker-compose.yml');
    token = await cloudToken({ dataDir: cluster.volume('data') }, 'hindsight');
    client = sessionAt(cluster.url);
  }, 300_000);
  afterAll(() => cluster.down());

  const sessionAt = (url: string): ImageSession => new ImageSession(() => url, { project: '', token });
  const eachApi = (): ImageSession[] => cluster.of('api').map(({ address }) => sessionAt(`http://${address}:9292`));
  const requestsAt = async (address: string): Promise<number> => {
    const { text } = await sessionAt(`http://${address}:9292`).get('/metrics');
    const counts = text.matchAll(/^hindsight_http_requests_total\{[^}]*route="\/v2\/images"[^}]*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  /** Requests through the load balancer until each API has had one. */
  const reachAll = async (): Promise<void> => {
    const before = new Map<string, number>();
    for (const { address } of cluster.of('api')) before.set(address, await requestsAt(address));
    await eventually(async () => {
      await client.list('?limit=1');
      for (const [address, count] of before) expect([address, await requestsAt(address)]).not.toEqual([address, count]);
    });
  };

  const importStaged = async (data: Buffer): Promise<string> => {
    const { id } = await client.staged({}, data);
    expectStatus(await requestImport(client, id, { method: { name: 'glance-direct' } }), 202);
    return id;
  };

  const expectImported = async (id: string, data: Buffer): Promise<void> => {
    expect(await endOfImport(client, id)).toMatchObject({ status: 'success' });
    expect((await client.download(id)).body.equals(data)).toBe(true);
  };

  it('starts every service, as many of each as are asked for, and all are well', async () => {
    const counts = [
      'load-balancer',
      'api',
      'worker',
      'projector',
      'scrubber',
      'postgres',
      'redis',
      'rabbitmq',
      'kurrentdb',
    ].map((service) => cluster.of(service).length);
    expect(counts).toEqual([1, 2, 3, 1, 1, 1, 1, 1, 1]);
    const results = await Promise.all(cluster.containers.map((container) => container.check()));
    expect(results.filter((result) => result !== null && result.exitCode !== 0)).toEqual([]);
    const files = await readdir(cluster.volume('data'));
    expect(files.filter((file) => file.includes('sqlite'))).toEqual([]);
  });

  it('is one service for a client, whichever API it comes to', async () => {
    const data = randomBytes(300_000);
    const { id } = await client.active({ name: 'of the cluster' }, data);
    await reachAll();
    for (const api of eachApi()) {
      expect(await api.show(id)).toMatchObject({ name: 'of the cluster', status: 'active', size: data.length });
      expect((await api.list('?name=of the cluster'.replaceAll(' ', '%20'))).images).toHaveLength(1);
      expect((await api.download(id)).body.equals(data)).toBe(true);
    }
    expectEmpty(await client.delete(`/v2/images/${id}`), 204);
    for (const api of eachApi()) expectStatus(await api.get(`/v2/images/${id}`), 404);
    await eventually(async () => expect(await imageFilesBelow(cluster.volume('data'), id)).toEqual([]));
  });

  it('has its measurements for the inside only', async () => {
    expectStatus(await client.get('/metrics'), 404);
    const [projector] = cluster.of('projector');
    await eventually(async () => {
      const { text } = await sessionAt(`http://${projector!.address}:9292`).get('/metrics');
      expect(text).toMatch(/^hindsight_projector_at_work 1$/m);
    });
  });

  it('tells other services what happens', async () => {
    const listener = await RabbitListener.start(cluster.rabbit, undefined, { quorum: true }); // as deploy/hindsight.conf
    try {
      const { id } = await client.create({ name: 'told' });
      await eventually(() =>
        expect(listener.messages).toContainEqual(
          expect.objectContaining({ event_type: 'image.create', payload: expect.objectContaining({ id }) }),
        ),
      );
    } finally {
      await listener.stop();
    }
  });

  it('lets workers do what is imported, and those that are added take over from those that leave', async () => {
    const data = randomBytes(200_000);
    await expectImported(await importStaged(data), data);
    const first = cluster.of('worker');
    await cluster.scale('worker', 5);
    await Promise.all(first.map((worker) => cluster.stop(worker)));
    const ids = await Promise.all(Array.from({ length: 4 }, () => importStaged(data)));
    await Promise.all(ids.map((id) => expectImported(id, data)));
  });

  it('sends requests to APIs that are added, and loses none when one is stopped', async () => {
    await cluster.scale('api', 3);
    await reachAll();
    const statuses: number[] = [];
    let isOver = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!isOver) statuses.push((await client.tryCreate({ name: 'under load' })).status);
    });
    const [leaving] = cluster.of('api');
    await eventually(() => expect(statuses.length).toBeGreaterThan(20));
    await cluster.stop(leaving!);
    const before = statuses.length;
    await eventually(() => expect(statuses.length).toBeGreaterThan(before + 20));
    isOver = true;
    await Promise.all(load);
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect(leaving!.log).toContain('"stopped"');
    await reachAll();
  });
});
