import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirOf, cachedFiles, cacheState, caching, untilCached } from '../../support/caching-service.js';
import { newCast } from '../../support/callers.js';
import { expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';

describe('the command cache', () => {
  const { admin: caller } = newCast();
  let service: Service;
  let admin: ImageSession;

  beforeAll(async () => {
    service = await Service.start(caching());
    admin = new ImageSession(() => service.url, caller);
  });
  afterAll(() => service.remove());
  afterEach(async () => {
    expectStatus(await admin.delete('/v2/cache'), 204);
  });

  const local = (...args: string[]) => service.command('cache', ...args);
  const remote = (...args: string[]) =>
    service.command('cache', '--server', service.url, '--os-token', caller.token, ...args);

  it.each([
    ['in the folder', local],
    ['over HTTP', remote],
  ])('lists, removes and clears %s', async (_where, run) => {
    const images = [await admin.active(), await admin.active(), await admin.active()];
    for (const { id } of images) {
      expectStatus(await admin.download(id), 200);
      await untilCached(admin, id);
    }
    const [one, two, three] = images.map(({ id }) => id as string);
    const listed = expectSuccess(await run('list'))
      .trim()
      .split('\n');
    expect(listed).toHaveLength(4);
    expect(listed[0]).toMatch(
      new RegExp(`^${one}  10 bytes, 0 hits, last accessed \\d{4}-\\S+Z, cached \\d{4}-\\S+Z$`),
    );
    expect(listed.at(-1)).toBe('3 cached, 0 queued');
    expectSuccess(await run('delete', one!));
    const lines = expectSuccess(await run('list', '--json'))
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).cached)).toEqual([two, three]);
    expectSuccess(await run('clear', 'queue'));
    expect(await cachedFiles(cacheDirOf(service))).toEqual([two, three].sort());
    expect(expectSuccess(await run('prune'))).toBe('0 images with 0 bytes removed\n');
    await writeFile(join(cacheDirOf(service), 'invalid', randomUUID()), 'wrong');
    expectSuccess(await run('clean'));
    expect(await cachedFiles(cacheDirOf(service))).toEqual([two, three].sort());
    expectSuccess(await run('clear'));
    expect(await cachedFiles(cacheDirOf(service))).toEqual([]);
  });

  it('queues over HTTP, and the service caches', async () => {
    const { id } = await admin.active();
    expectSuccess(await remote('queue', id));
    await untilCached(admin, id);
  });

  it('queues and prefetches in the folder, also when no service runs', async () => {
    const images = [await admin.active(), await admin.active()];
    await service.stop();
    try {
      for (const { id } of images) expectSuccess(await local('queue', id));
      expect(expectSuccess(await local('list'))).toContain('0 cached, 2 queued');
      expect(expectSuccess(await local('prefetch'))).toBe('2 images cached, 0 still queued\n');
    } finally {
      await service.launch();
    }
    expect((await cacheState(admin)).cached_images).toHaveLength(2);
  });

  it('caches what was queued before the service started', async () => {
    const { id } = await admin.active();
    await service.stop();
    expectSuccess(await local('queue', id));
    await service.launch();
    await untilCached(admin, id);
    expect((await cacheState(admin)).queued_images).toEqual([]);
  });

  it('says what is wrong', async () => {
    const { id: queued } = await admin.queued();
    for (const run of [local, remote]) {
      for (const args of [
        ['queue', queued],
        ['queue', randomUUID()],
        ['delete', randomUUID()],
      ])
        expect(await run(...args)).toMatchObject({ exitCode: 1, stderr: expect.not.stringMatching(/^ {4}at /m) });
    }
    expect((await service.command('cache', '--server', service.url, 'list')).stderr).toContain('401');
    expect(await service.command('cache', '--server', 'nowhere', 'list')).toMatchObject({ exitCode: 2 });
    expect(await remote('prefetch')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('prefetch') });
    expect(await local('clear', 'everything')).toMatchObject({ exitCode: 2 });
  });

  it('finds what does not belong into the cache, and reconcile removes it', async () => {
    const { id } = await admin.active();
    expectStatus(await admin.download(id), 200);
    await untilCached(admin, id);
    expectSuccess(await service.command('verify'));
    const stray = randomUUID();
    await writeFile(join(cacheDirOf(service), stray), 'nobody knows');
    expect(await service.command('verify')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`cache: image ${stray} in the cache`),
    });
    expectSuccess(await service.command('reconcile', '--fix'));
    expect(await cachedFiles(cacheDirOf(service))).toEqual([id]);
    expectSuccess(await service.command('verify'));
  });
});
