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
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { ImageSession } from '../../support/image-session.js';
import { expectSuccess } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { newMember } from '../../support/trusting-service.js';
import { patternOf, WebServer } from '../../support/web-server.js';
import type { ServedFile } from '../../support/web-server.js';

const MIB = 1024 * 1024;
const DATA = patternOf(4 * MIB);

/** Images whose data a web server has, which counts how often it is asked. */
describe('the cache in front of a web server', () => {
  let service: Service;
  let web: WebServer;
  let admin: ImageSession;
  let member: ImageSession;
  let stranger: ImageSession;
  let images = 0;

  beforeAll(async () => {
    web = await WebServer.start();
    service = await Service.start(
      caching({
        OS_HINDSIGHT__IMAGE_CACHE_STORES: 'remote',
        OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
        OS_HINDSIGHT__FETCH_TIMEOUT: '5',
        OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: '[]',
        OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,web:http',
        OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
        OS_DEFAULT__SHOW_MULTIPLE_LOCATIONS: 'true',
        OS_DEFAULT__HTTP_RETRIES: '0',
      }),
    );
    const cast = newCast();
    [admin, member] = [cast.admin, cast.member].map((each) => new ImageSession(() => service.url, each)) as [
      ImageSession,
      ImageSession,
    ];
    stranger = newMember(service);
  });
  afterAll(async () => {
    await service.remove();
    await web.stop();
  });
  afterEach(async () => {
    expectEmpty(await admin.delete('/v2/cache'), 204);
    expectSuccess(await service.command('cache', 'clean')); // copies that were found wrong wait for it
    expect(await cachedFiles(cacheDirOf(service))).toEqual([]);
  });

  type Remote = Readonly<{ id: string; path: string; serve: (file?: Partial<ServedFile>) => void }>;

  const remoteImage = async (file: Partial<ServedFile> = {}): Promise<Remote> => {
    const path = `/image-${(images += 1)}`;
    const serve = (how: Partial<ServedFile> = {}): void => void web.serve(path, { bytes: DATA, ...how });
    serve(file);
    const { id } = await member.queued();
    const location = { op: 'add', path: '/locations/-', value: { url: web.url(path), metadata: {} } };
    expectStatus(await member.patch(id, [location]), 200);
    return { id, path, serve };
  };
  const readings = ({ path }: Remote): number =>
    web.requests.filter((request) => request.path === path && request.method === 'GET').length;
  const downloaded = async (session: ImageSession, { id }: Remote): Promise<boolean> =>
    expectStatus(await session.download(id), 200).body.equals(DATA);
  /** Files of a copy that is being made, or was left. */
  const untilNothingIsHalfDone = (): Promise<void> =>
    eventually(async () => {
      const files = await cachedFiles(cacheDirOf(service));
      expect(files.filter((name) => name.startsWith('incomplete/'))).toEqual([]);
    });
  const expectNoCopy = async ({ id }: Remote): Promise<void> => {
    await untilNothingIsHalfDone();
    expect(await cacheEntry(admin, id)).toBeUndefined();
    expect((await cachedFiles(cacheDirOf(service))).filter((name) => name === id)).toEqual([]);
  };

  it('asks it once, however often the image is downloaded, in whole or in part', async () => {
    const image = await remoteImage();
    expect(await downloaded(member, image)).toBe(true);
    expect(readings(image)).toBe(1);
    await untilCached(admin, image.id);
    const before = web.countOf(image.path);
    for (let turn = 0; turn < 3; turn += 1) expect(await downloaded(member, image)).toBe(true);
    const part = expectStatus(await member.download(image.id, { Range: 'bytes=1000-1999' }), 206);
    expect(part.body.equals(DATA.subarray(1000, 2000))).toBe(true);
    expect(web.countOf(image.path)).toBe(before);
    expect(await cacheEntry(admin, image.id)).toMatchObject({ size: DATA.length });
  });

  it('serves a copy although the web server is gone', async () => {
    const image = await remoteImage();
    expect(await downloaded(member, image)).toBe(true);
    await untilCached(admin, image.id);
    web.refuse(image.path, 503);
    expect(await downloaded(member, image)).toBe(true);
  });

  it('asks it once for all who come first at the same time', async () => {
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    const image = await remoteImage({ after: gate.promise });
    const downloads = Array.from({ length: 6 }, () => downloaded(member, image));
    await eventually(() => expect(readings(image)).toBe(1));
    gate.resolve();
    expect(await Promise.all(downloads)).toEqual(Array.from({ length: 6 }, () => true));
    await untilCached(admin, image.id);
    expect(readings(image)).toBe(1);
  });

  it('asks whether somebody may download before it looks, whatever is cached', async () => {
    const image = await remoteImage();
    expect(await downloaded(member, image)).toBe(true);
    await untilCached(admin, image.id);
    const before = { hits: (await cacheEntry(admin, image.id)).hits, asked: web.countOf(image.path) };

    expectProblem(await stranger.download(image.id), 404);
    expectProblem(await stranger.download(image.id, { Range: 'bytes=0-9' }), 404);
    expectProblem(await new ImageSession(() => service.url, null).download(image.id), 401);
    expectEmpty(await admin.action(image.id, 'deactivate'), 204);
    expectProblem(await member.download(image.id), 403);
    expectEmpty(await admin.action(image.id, 'reactivate'), 204);
    expect(web.countOf(image.path)).toBe(before.asked);
    expect((await cacheEntry(admin, image.id)).hits).toBe(before.hits);
    expect(await downloaded(member, image)).toBe(true);
    expect(web.countOf(image.path)).toBe(before.asked);
  });

  it('answers HEAD without data, and counts it as no reading', async () => {
    const image = await remoteImage();
    const head = () => member.request('HEAD', `/v2/images/${image.id}/file`);
    const without = await head();
    expect(await downloaded(member, image)).toBe(true);
    await untilCached(admin, image.id);
    const { hits } = await cacheEntry(admin, image.id);
    const cached = await head();
    expect([cached.status, cached.body.length]).toEqual([without.status, 0]);
    expect((await cacheEntry(admin, image.id)).hits).toBe(hits);
    expect(readings(image)).toBe(1);
  });

  it('asks it once for what is queued, also when that is downloaded meanwhile', async () => {
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    const image = await remoteImage({ after: gate.promise });
    expectEmpty(await admin.put(`/v2/cache/${image.id}`), 202);
    expectEmpty(await admin.put(`/v2/cache/${image.id}`), 202);
    await eventually(() => expect(readings(image)).toBe(1));
    const downloads = [downloaded(member, image), downloaded(member, image)];
    gate.resolve();
    expect(await Promise.all(downloads)).toEqual([true, true]);
    await untilCached(admin, image.id);
    await eventually(async () => expect((await cacheState(admin)).queued_images).toEqual([]));
    expect(readings(image)).toBe(1);
  });

  it('forgets a copy with its image, and does not give it to the next one', async () => {
    const image = await remoteImage();
    expect(await downloaded(member, image)).toBe(true);
    await untilCached(admin, image.id);
    expectEmpty(await member.delete(`/v2/images/${image.id}`), 204);
    await expectNoCopy(image);
    expectProblem(await member.download(image.id), 404);
  });

  it.each<[string, Partial<ServedFile>]>([
    ['breaks off', { cutsAfter: MIB, ranges: false }],
    ['stalls', { stallsAfter: MIB, ranges: false }],
    ['sends less than it said', { headClaimsLength: DATA.length, bytes: DATA.subarray(0, -1) }],
    ['sends more than it said', { headClaimsLength: DATA.length, bytes: Buffer.concat([DATA, Buffer.from('x')]) }],
  ])('keeps nothing of a web server that %s, and all of it when it is well again', async (_does, file) => {
    const image = await remoteImage();
    image.serve(file);
    const got = await member.download(image.id).catch(() => null);
    // Whoever counts gets what it was told, or notices that it did not: nobody takes less, or more, for the image.
    if (got !== null && got.status === 200) expect(got.body.equals(DATA)).toBe(true);
    await expectNoCopy(image);
    image.serve();
    expect(await downloaded(member, image)).toBe(true);
    await untilCached(admin, image.id);
    const before = readings(image);
    expect(await downloaded(member, image)).toBe(true);
    expect(readings(image)).toBe(before);
  });

  it('keeps what is queued waiting while the web server breaks off, without half a copy', async () => {
    const image = await remoteImage();
    image.serve({ cutsAfter: MIB, ranges: false });
    expectEmpty(await admin.put(`/v2/cache/${image.id}`), 202);
    await eventually(() => expect(readings(image)).toBeGreaterThan(0));
    await expectNoCopy(image);
    expect((await cacheState(admin)).queued_images).toEqual([image.id]);
    image.serve();
    expectEmpty(await admin.put(`/v2/cache/${image.id}`), 202); // asks for it at once
    await untilCached(admin, image.id);
    await eventually(async () => expect((await cacheState(admin)).queued_images).toEqual([]));
  });

  it('leaves nothing half done when the clients go away', async () => {
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    const image = await remoteImage({ after: gate.promise });
    const gone = AbortSignal.timeout(60_000);
    const controller = new AbortController();
    const leaving = fetch(`${service.url}/v2/images/${image.id}/file`, {
      headers: { 'X-Auth-Token': newCast().admin.token },
      signal: AbortSignal.any([controller.signal, gone]),
    }).then((response) => response.arrayBuffer());
    await eventually(() => expect(readings(image)).toBe(1));
    controller.abort();
    await expect(leaving).rejects.toThrow();
    gate.resolve();
    await untilNothingIsHalfDone();
    expect(await downloaded(member, image)).toBe(true);
    await untilCached(admin, image.id);
  });
});
