import { eventually } from '../../support/eventually.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { UNKNOWN_ID } from '../../support/image-session.js';
import type { ImageSession } from '../../support/image-session.js';
import { describeConformance } from '../../support/conformance-target.js';

const DISABLED = 'Caching via API is not supported at this site.';
const CLEAR_TARGET = 'x-image-cache-clear-target';

const entryOf = async (admin: ImageSession, id: string): Promise<any> =>
  expectStatus(await admin.get('/v2/cache'), 200).json.cached_images.find(
    (entry: { image_id: string }) => entry.image_id === id,
  );

/** An active image that is in the cache. */
const cachedImage = async (admin: ImageSession): Promise<any> => {
  const image = await admin.active();
  expectStatus(await admin.put(`/v2/cache/${image.id}`), 202);
  await eventually(async () => expect(await entryOf(admin, image.id)).toBeDefined());
  return image;
};

const clear = (admin: ImageSession, target: string) =>
  admin.request('DELETE', '/v2/cache', { headers: { [CLEAR_TARGET]: target } });

describeConformance('the image cache', 'cache', (target) => {
  it('CAC-01 an administrator sees what is cached and what is queued', async () => {
    const { json } = expectStatus(await target.cast().admin.get('/v2/cache'), 200);
    expect(json).toEqual({ cached_images: expect.any(Array), queued_images: expect.any(Array) });
  });

  it('CAC-02 nobody else does', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expectProblem(await member.get('/v2/cache'), 403, 'You are not authorized to complete cache_list action.');
    expectProblem(await member.put(`/v2/cache/${id}`), 403, 'You are not authorized to complete cache_image action.');
    expectProblem(await member.delete(`/v2/cache/${id}`), 403);
    expectProblem(await member.delete('/v2/cache'), 403);
    expectProblem(await member.post('/v2/cache/clean'), 403);
    expectProblem(await member.post('/v2/cache/prune'), 403);
  });

  it('an image that the caller does not see is answered for like one that is not there', async () => {
    const { member, stranger } = target.cast();
    const { id } = await member.active();
    const [unseen, unknown] = [`/v2/cache/${id}`, `/v2/cache/${UNKNOWN_ID}`];
    const answers = async (path: string) =>
      [await stranger.delete(path), await stranger.put(path)].map(({ status, text }) => [
        status,
        text.replace(path.slice('/v2/cache/'.length), 'it'),
      ]);
    expect(await answers(unseen)).toEqual(await answers(unknown));
    expectProblem(await stranger.delete(unseen), 403);
    expectProblem(await stranger.put(unseen), 404);
  });

  it('CAC-04 a queued image is cached soon, and its downloads are counted', async () => {
    const { admin } = target.cast();
    const image = await admin.active();
    const queued = expectStatus(await admin.put(`/v2/cache/${image.id}`), 202);
    expect(queued.text).toBe('');
    const entry = await eventually(async () => {
      const found = await entryOf(admin, image.id);
      expect(found).toBeDefined();
      return found;
    });
    expect(entry).toEqual({
      image_id: image.id,
      hits: 0,
      last_accessed: expect.any(Number),
      last_modified: expect.any(Number),
      size: 10,
    });
    expect((await admin.get('/v2/cache')).json.queued_images).not.toContain(image.id);
    const download = expectStatus(await admin.download(image.id), 200);
    expect(download.text).toBe('ABCDEFGHIJ');
    expect(download.headers).toMatchObject({ 'content-length': '10', 'content-md5': image.checksum });
    expect(await entryOf(admin, image.id)).toMatchObject({ hits: 1 });
    expectStatus(await admin.put(`/v2/cache/${image.id}`), 202);
  });

  it('CAC-05 what is unknown or has no data cannot be queued', async () => {
    const { admin } = target.cast();
    expectProblem(await admin.put(`/v2/cache/${UNKNOWN_ID}`), 404);
    expectProblem(await admin.put('/v2/cache/no-uuid'), 404);
    expectProblem(await admin.put(`/v2/cache/${(await admin.queued()).id}`), 400);
    expectProblem(await admin.put(`/v2/cache/${(await admin.deactivated()).id}`), 400);
  });

  it('CAC-06 an image is removed from the cache, also when it is not there', async () => {
    const { admin } = target.cast();
    const { id } = await cachedImage(admin);
    expectStatus(await admin.delete(`/v2/cache/${id}`), 204);
    expect(await entryOf(admin, id)).toBeUndefined();
    expectStatus(await admin.delete(`/v2/cache/${id}`), 204);
    expectProblem(await admin.delete(`/v2/cache/${UNKNOWN_ID}`), 404);
    expect((await admin.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('CAC-07 the cache, the queue or both are cleared', async () => {
    const { admin } = target.cast();
    const { id } = await cachedImage(admin);
    expectStatus(await clear(admin, 'queue'), 204);
    expect(await entryOf(admin, id)).toBeDefined();
    expectStatus(await clear(admin, 'CACHE'), 204);
    expect(await entryOf(admin, id)).toBeUndefined();
    for (const empty of [await admin.delete('/v2/cache'), await clear(admin, '')]) expectStatus(empty, 204);
    expect((await admin.get('/v2/cache')).json).toEqual({ cached_images: [], queued_images: [] });
  });

  it('CAC-08 nothing else can be cleared', async () => {
    expectProblem(
      await clear(target.cast().admin, 'both'),
      400,
      "If provided 'x-image-cache-clear-target' must be 'cache', 'queue' or empty string.",
    );
  });

  it('CAC-09 the cache is pruned and cleaned on demand', async () => {
    const { admin } = target.cast();
    expect(expectStatus(await admin.post('/v2/cache/prune'), 200).json).toEqual({
      total_files_pruned: 0,
      total_bytes_pruned: 0,
    });
    expect(expectStatus(await admin.post('/v2/cache/clean'), 200).text).toBe('');
  });

  it('CAC-10 cleaning and pruning are no images', async () => {
    const { admin } = target.cast();
    for (const path of ['/v2/cache/clean', '/v2/cache/prune'])
      expect(expectProblem(await admin.get(path), 405).headers['allow']).toBe('POST');
  });

  it('CAC-12 also for other methods', async () => {
    const { admin } = target.cast();
    expectProblem(await admin.put('/v2/cache/clean'), 405);
    expectProblem(await admin.delete('/v2/cache/clean'), 405);
  });

  it('CAC-11 only the central driver knows the nodes that have an image', async () => {
    const { admin, member } = target.cast();
    const { id } = await admin.active();
    expectProblem(await admin.get(`/v2/cache/nodes/${id}`), 409);
    expectProblem(await admin.get(`/v2/cache/nodes/${UNKNOWN_ID}`), 404);
    const own = await member.active();
    expectProblem(await member.get(`/v2/cache/nodes/${own.id}`), 403);
  });

  it('serves nobody from the cache who may not download', async () => {
    const { admin, stranger, member } = target.cast();
    const image = await cachedImage(admin);
    expectProblem(await stranger.download(image.id), 404);
    const own = await member.active();
    expectStatus(await admin.put(`/v2/cache/${own.id}`), 202);
    await eventually(async () => expect(await entryOf(admin, own.id)).toBeDefined());
    expectStatus(await member.action(own.id, 'deactivate'), 204);
    expectProblem(await member.download(own.id), 403);
    expectStatus(await admin.download(own.id), 200);
    expect(await entryOf(admin, own.id)).toMatchObject({ hits: 0 });
    expectStatus(await member.action(own.id, 'reactivate'), 204);
    expectStatus(await member.download(own.id), 200);
    expect(await entryOf(admin, own.id)).toMatchObject({ hits: 1 });
  });

  it('gives parts of a cached image', async () => {
    const { admin } = target.cast();
    const { id } = await cachedImage(admin);
    const part = expectStatus(await admin.get(`/v2/images/${id}/file`, { Range: 'bytes=2-4' }), 206);
    expect(part.text).toBe('CDE');
    expect(part.headers['content-range']).toBe('bytes 2-4/10');
  });

  it('forgets an image that is deleted, before the client has its answer', async () => {
    const { admin } = target.cast();
    const { id } = await cachedImage(admin);
    expectStatus(await admin.delete(`/v2/images/${id}`), 204);
    expect(await entryOf(admin, id)).toBeUndefined();
  });

  it('has no older endpoints unless they are asked for', async () => {
    const { admin } = target.cast();
    expectProblem(await admin.get('/v2/cached_images'), 404);
    expectProblem(await admin.get('/v2/queued_images'), 404);
  });
});

describeConformance('without an image cache', 'default', (target) => {
  it('CAC-03 there is nothing to manage, which only those learn who might', async () => {
    const { admin, member } = target.cast();
    const { id } = await admin.active();
    for (const answer of [
      await admin.get('/v2/cache'),
      await admin.put(`/v2/cache/${id}`),
      await admin.delete(`/v2/cache/${id}`),
      await admin.delete('/v2/cache'),
      await admin.post('/v2/cache/clean'),
      await admin.post('/v2/cache/prune'),
      await admin.get(`/v2/cache/nodes/${id}`),
    ])
      expectProblem(answer, 404, DISABLED);
    expectProblem(await member.get('/v2/cache'), 403);
    expectProblem(await member.delete('/v2/cache'), 403);
  });
});

describeConformance(
  'an image cache whose bookkeeping all nodes share, and its older endpoints',
  'central-cache',
  (target) => {
    it('CAC-11 the nodes that have an image are known', async () => {
      const { admin } = target.cast();
      const { id } = await cachedImage(admin);
      expect(expectStatus(await admin.get(`/v2/cache/nodes/${id}`), 200).json).toEqual(['http://node-one:9292']);
      expectStatus(await admin.delete(`/v2/cache/${id}`), 204);
      expect(expectStatus(await admin.get(`/v2/cache/nodes/${id}`), 200).json).toEqual([]);
    });

    it('an entry has two fields more', async () => {
      const { admin } = target.cast();
      const { id } = await cachedImage(admin);
      expect(await entryOf(admin, id)).toEqual({
        id: expect.any(Number),
        image_id: id,
        hits: 0,
        last_accessed: expect.any(Number),
        last_modified: expect.any(Number),
        size: 10,
        checksum: null,
      });
    });

    it('what is cached and queued is managed with JSON answers', async () => {
      const { admin } = target.cast();
      const { id } = await cachedImage(admin);
      const { json } = expectStatus(await admin.get('/v2/cached_images'), 200);
      expect(json.cached_images.map((entry: { image_id: string }) => entry.image_id)).toContain(id);
      expect(expectStatus(await admin.delete(`/v2/cached_images/${id}`), 200).text).toBe('null');
      expect(await entryOf(admin, id)).toBeUndefined();
      const queued = expectStatus(await admin.put(`/v2/queued_images/${id}`), 200);
      expect([queued.text, queued.headers['content-type']]).toEqual(['null', 'application/json']);
      await eventually(async () => expect(await entryOf(admin, id)).toBeDefined());
      expect(expectStatus(await admin.delete(`/v2/queued_images/${id}`), 200).text).toBe('null');
      expect(expectStatus(await admin.get('/v2/queued_images'), 200).json).toEqual({ queued_images: [] });
      expect(expectStatus(await admin.delete('/v2/queued_images'), 200).json).toEqual({ num_deleted: 0 });
      const before = (await admin.get('/v2/cached_images')).json.cached_images.length;
      expect(expectStatus(await admin.delete('/v2/cached_images'), 200).json).toEqual({ num_deleted: before });
      expectProblem(await admin.put(`/v2/queued_images/${UNKNOWN_ID}`), 404);
      expectProblem(await admin.put(`/v2/cached_images/${id}`), 404);
    });

    it('nobody else may do so', async () => {
      const { member } = target.cast();
      for (const path of ['/v2/cached_images', '/v2/queued_images'])
        expectProblem(await member.get(path), 403, 'You are not authorized to complete manage_image_cache action.');
    });
  },
);
