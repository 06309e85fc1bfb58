import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  cacheDirOf,
  cachedFiles,
  cacheEntry,
  cacheState,
  caching,
  untilCached,
} from '../../support/caching-service.js';
import { newCast } from '../../support/callers.js';
import { eventually } from '../../support/eventually.js';
import { expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { Service } from '../../support/service.js';
import { describeOnSmallDisk, fillDisk } from '../../support/small-disk.js';
import { newAdmin, newMember } from '../../support/trusting-service.js';

const MIB = 1024 * 1024;

describe('an image cache and its processes', () => {
  it('a process that dies while it copies leaves nothing that anybody is served, and the image is cached again', async () => {
    const service = await Service.start(caching());
    try {
      const [admin, member] = [newAdmin(service), newMember(service)];
      const data = randomBytes(256 * MIB);
      const { id } = await member.active({}, data);
      const incomplete = join(cacheDirOf(service), 'incomplete', id);
      expectStatus(await admin.put(`/v2/cache/${id}`), 202);
      // Nothing tells when it is half done: it is looked at as often as possible, and stopped before it is killed.
      for (;;) {
        const size = await stat(incomplete).then(
          (stats) => stats.size,
          () => 0,
        );
        if (size > 0) break;
        expect(existsSync(join(cacheDirOf(service), id))).toBe(false);
        await pause(1);
      }
      process.kill(service.pid, 'SIGSTOP');
      await service.kill9();
      expect(await cachedFiles(cacheDirOf(service))).toEqual([`incomplete/${id}`, `queue/${id}`]);

      await service.launch();
      expect(await cacheState(admin)).toEqual({ cached_images: [], queued_images: [id] });
      expect((await member.download(id)).body.equals(data)).toBe(true);
      // The dead process' turn runs out first; then one of the next readers makes the copy.
      await eventually(async () => {
        expectStatus(await member.download(id), 200);
        expect(await cacheEntry(admin, id)).toMatchObject({ size: data.length });
      }, 120_000);
      expect((await member.download(id)).body.equals(data)).toBe(true);
      expect(await cachedFiles(cacheDirOf(service))).toEqual([id]);
    } finally {
      await service.remove();
    }
  }, 240_000);

  it('hits and the queue survive a process that is killed', async () => {
    const service = await Service.start(caching());
    try {
      const admin = newAdmin(service);
      const { id } = await admin.active();
      expectStatus(await admin.download(id), 200);
      await untilCached(admin, id);
      for (let n = 0; n < 3; n += 1) expectStatus(await admin.download(id), 200);
      const before = await cacheEntry(admin, id);
      await service.kill9();
      await service.launch();
      expect(await cacheEntry(admin, id)).toEqual(before);
      expect(before.hits).toBe(3);
    } finally {
      await service.remove();
    }
  });

  it('two processes share one cache: one reads the origin, both serve the copy and count', async () => {
    const first = await Service.start(caching());
    const second = await Service.start({ ...caching(), role: 'api', dataDir: first.dataDir });
    try {
      const { admin: caller } = newCast();
      const [one, other] = [first, second].map((service) => new ImageSession(() => service.url, caller)) as [
        ImageSession,
        ImageSession,
      ];
      const data = randomBytes(4 * MIB);
      const { id } = await one.active({}, data);
      const downloads = await Promise.all([one, other, one, other].map((session) => session.download(id)));
      for (const { body } of downloads) expect(body.equals(data)).toBe(true);
      await untilCached(other, id);
      const hits: number = (await cacheEntry(one, id)).hits;
      await Promise.all(Array.from({ length: 10 }, (_, turn) => (turn % 2 === 0 ? one : other).download(id)));
      expect(await cacheEntry(one, id)).toMatchObject({ hits: hits + 10 });
      expect(await cacheEntry(other, id)).toMatchObject({ hits: hits + 10 });
      expect(await cachedFiles(cacheDirOf(first))).toEqual([id]);
      // what one deletes, the other does not serve
      expectStatus(await other.delete(`/v2/images/${id}`), 204);
      expect(await cacheEntry(one, id)).toBeUndefined();
      expect(await cachedFiles(cacheDirOf(first))).toEqual([]);
    } finally {
      await second.remove();
      await first.remove();
    }
  });

  it('copies of images that another node deleted go away by themselves', async () => {
    const first = await Service.start(caching());
    const second = await Service.start({
      ...caching({ OS_DEFAULT__IMAGE_CACHE_DIR: join(first.dataDir, 'cache-of-second') }),
      role: 'api',
      dataDir: first.dataDir,
    });
    try {
      const { admin: caller } = newCast();
      const [one, other] = [first, second].map((service) => new ImageSession(() => service.url, caller)) as [
        ImageSession,
        ImageSession,
      ];
      const { id } = await one.active();
      for (const session of [one, other]) {
        expectStatus(await session.download(id), 200);
        await untilCached(session, id);
      }
      expectStatus(await one.delete(`/v2/images/${id}`), 204);
      expect(await cacheEntry(one, id)).toBeUndefined();
      await second.restart(); // it sweeps when it starts, and from time to time
      await eventually(async () => expect(await cacheEntry(other, id)).toBeUndefined());
    } finally {
      await second.remove();
      await first.remove();
    }
  });
});

describeOnSmallDisk('a cache on a full disk', (disk) => {
  let service: Service;
  let admin: ImageSession;

  beforeAll(async () => {
    service = await Service.start(caching({ OS_DEFAULT__IMAGE_CACHE_DIR: join(disk.folder, 'cache') }));
    admin = newAdmin(service);
  });
  afterAll(() => service.remove());

  it('is no obstacle to downloads, and caches again when there is room', async () => {
    const data = randomBytes(MIB);
    const images = [await admin.active({}, data), await admin.active({}, data)];
    fillDisk(join(disk.folder, 'filling'));
    for (const { id } of images) expect((await admin.download(id)).body.equals(data)).toBe(true);
    expect(await cacheState(admin)).toEqual({ cached_images: [], queued_images: [] });
    await rm(join(disk.folder, 'filling'));
    for (const { id } of images) {
      await eventually(async () => {
        expect((await admin.download(id)).body.equals(data)).toBe(true);
        expect(await cacheEntry(admin, id)).toBeDefined();
      });
    }
  });

  it('makes room of copies that were read least recently, and goes on serving the others', async () => {
    const data = randomBytes(MIB);
    const images = [];
    for (let n = 0; n < 6; n += 1) images.push(await admin.active({}, data));
    for (const { id } of images) {
      expect((await admin.download(id)).body.equals(data)).toBe(true);
      await untilCached(admin, id);
    }
    const { cached_images: cached } = await cacheState(admin);
    expect(cached.length).toBeGreaterThan(0);
    expect(cached.length).toBeLessThan(4);
    expect(cached.map((entry: { image_id: string }) => entry.image_id)).toContain(images.at(-1).id);
    expect((await admin.download(images[0].id)).body.equals(data)).toBe(true);
  });

  it('serves hits while the disk has no room for counting them', async () => {
    const data = randomBytes(1000);
    const { id } = await admin.active({}, data);
    expectStatus(await admin.download(id), 200);
    await untilCached(admin, id);
    fillDisk(join(disk.folder, 'filling'));
    for (let n = 0; n < 20; n += 1) expect((await admin.download(id)).body.equals(data)).toBe(true);
    await rm(join(disk.folder, 'filling'));
    await eventually(async () => {
      const { hits } = await cacheEntry(admin, id);
      expectStatus(await admin.download(id), 200);
      expect((await cacheEntry(admin, id)).hits).toBeGreaterThan(hits);
    });
  });
});
