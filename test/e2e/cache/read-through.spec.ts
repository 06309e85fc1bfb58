import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirOf, cachedFiles, cacheEntry, caching, untilCached } from '../../support/caching-service.js';
import { expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { sendHttpRequest } from '../../support/http-client.js';
import { Service } from '../../support/service.js';
import { newAdmin, newMember } from '../../support/trusting-service.js';

const MIB = 1024 * 1024;

describe('downloads through the image cache', () => {
  let service: Service;
  let admin: ImageSession;
  let member: ImageSession;

  beforeAll(async () => {
    service = await Service.start(caching());
    [admin, member] = [newAdmin(service), newMember(service)];
  });
  afterAll(() => service.remove());

  it('leave a copy, of which later ones are served, with the same headers', async () => {
    const data = randomBytes(3 * MIB + 7);
    const image = await member.active({}, data);
    const first = expectStatus(await member.download(image.id), 200);
    await untilCached(admin, image.id);
    const second = expectStatus(await member.download(image.id), 200);
    for (const { body, headers } of [first, second]) {
      expect(body.equals(data)).toBe(true);
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-length': String(data.length),
        'content-md5': image.checksum,
      });
      expect(headers['transfer-encoding']).toBeUndefined();
    }
    expect(await cacheEntry(admin, image.id)).toMatchObject({ hits: 1, size: data.length });
    expect((await readFile(join(cacheDirOf(service), image.id))).equals(data)).toBe(true);
    expect(await cachedFiles(cacheDirOf(service))).toEqual([image.id]);
  });

  it('leave one copy when many come at a time', async () => {
    const data = randomBytes(8 * MIB);
    const { id } = await member.active({}, data);
    const downloads = await Promise.all(Array.from({ length: 8 }, () => member.download(id)));
    for (const { body } of downloads) expect(body.equals(data)).toBe(true);
    await untilCached(admin, id);
  });

  it('of parts leave none', async () => {
    const { id } = await member.active({}, 'ABCDEFGHIJ');
    expectStatus(await member.get(`/v2/images/${id}/file`, { Range: 'bytes=0-4' }), 206);
    const whole = await member.active({}, 'ABCDEFGHIJ');
    expectStatus(await member.download(whole.id), 200);
    await untilCached(admin, whole.id);
    expect(await cacheEntry(admin, id)).toBeUndefined();
  });

  it('are counted', async () => {
    const { text } = await sendHttpRequest(service.url, { method: 'GET', path: '/metrics' });
    const value = (name: string): number =>
      Number(new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('hindsight_image_cache_reads_total{outcome="hit"}')).toBe(1);
    expect(value('hindsight_image_cache_reads_total{outcome="miss"}')).toBeGreaterThan(2);
    expect(value('hindsight_image_cache_read_bytes_total')).toBe(3 * MIB + 7);
    expect(value('hindsight_image_cache_images')).toBe(3);
    expect(value('hindsight_image_cache_bytes')).toBe(3 * MIB + 7 + 8 * MIB + 10);
  });

  it('of images in file stores leave no copy unless that is wanted', async () => {
    const plain = await Service.start(caching({ OS_HINDSIGHT__IMAGE_CACHE_STORES: 'remote' }));
    try {
      const { id } = await newMember(plain).active();
      expectStatus(await newAdmin(plain).download(id), 200);
      const { text } = await sendHttpRequest(plain.url, { method: 'GET', path: '/metrics' });
      expect(text).not.toMatch(/^hindsight_image_cache_reads_total/m);
      expect(await cachedFiles(cacheDirOf(plain))).toEqual([]);
    } finally {
      await plain.remove();
    }
  });
});
