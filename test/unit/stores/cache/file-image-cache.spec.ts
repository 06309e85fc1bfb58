import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoredDataMissing } from '../../../../src/stores/stores.errors.js';
import { cacheable, CacheWorkbench, collected, CountedOrigin } from '../../../support/cache-workbench.js';
import { eventually } from '../../../support/eventually.js';

const NEVER = new AbortController().signal;
const DATA = randomBytes(10_500);

describe('the image cache', () => {
  let workbench: CacheWorkbench;
  beforeEach(async () => {
    workbench = await CacheWorkbench.open();
  });
  afterEach(() => workbench.close());

  const filled = (imageId: string) => eventually(() => expect(workbench.reports.filled).toContain(imageId));

  it('keeps a copy of what is read through it, and serves the next reader from that', async () => {
    const cache = await workbench.cache();
    const origin = new CountedOrigin(DATA);
    const image = cacheable('a', DATA);
    expect(await cache.read(image, null)).toBeNull();
    expect(await collected(await cache.readThrough(image, origin.open))).toEqual(DATA);
    await filled('a');
    expect(await readFile(join(workbench.dir, 'a'))).toEqual(DATA);
    workbench.now += 5000;
    expect(await collected(await cache.read(image, null))).toEqual(DATA);
    expect(await collected(await cache.read(image, { offset: 9_999, length: 10 }))).toEqual(
      DATA.subarray(9_999, 10_009),
    );
    expect(origin.openings).toEqual([null]);
    expect(await cache.list()).toMatchObject([
      {
        imageId: 'a',
        sizeBytes: DATA.length,
        hits: 2,
        lastAccessedMs: workbench.now,
        lastModifiedMs: workbench.now - 5000,
      },
    ]);
    expect(workbench.reports).toMatchObject({ hits: 2, misses: 1, troubles: [], failedFills: [] });
    expect(await workbench.files()).toEqual(['a']);
  });

  it('reads the origin once for all who ask while it is read, and nobody waits for the end', async () => {
    const cache = await workbench.cache();
    const { promise: more, resolve: goOn } = Promise.withResolvers<null>();
    const origin = new CountedOrigin(DATA, { pausesAfter: 4000, more });
    const image = cacheable('a', DATA);
    const readers = await Promise.all([1, 2, 3].map(() => cache.readThrough(image, origin.open)));
    const iterators = readers.map((reader) => reader![Symbol.asyncIterator]());
    const first = await Promise.all(iterators.map((iterator) => iterator.next()));
    for (const { value } of first) expect(DATA.subarray(0, value!.byteLength)).toEqual(Buffer.from(value));
    expect(await cache.list()).toEqual([]);
    expect(await workbench.files()).toEqual(['incomplete/a']);
    const rests = iterators.map(async (iterator, index) => {
      const chunks = [Buffer.from(first[index]!.value)];
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next())
        chunks.push(Buffer.from(step.value));
      return Buffer.concat(chunks);
    });
    goOn(null);
    expect(await Promise.all(rests)).toEqual([DATA, DATA, DATA]);
    expect(origin.openings).toEqual([null]);
  });

  it('goes on copying when the reader goes away', async () => {
    const cache = await workbench.cache();
    const { promise: more, resolve: goOn } = Promise.withResolvers<null>();
    const origin = new CountedOrigin(DATA, { pausesAfter: 4000, more });
    const reader = (await cache.readThrough(cacheable('a', DATA), origin.open))![Symbol.asyncIterator]();
    await reader.next();
    await reader.return!();
    goOn(null);
    await filled('a');
    expect(await collected(await cache.read(cacheable('a', DATA), null))).toEqual(DATA);
  });

  it.each([[true], [false]])('gives its reader all the same what it cannot copy (ranges: %s)', async (ranges) => {
    const cache = await workbench.cache();
    const origin = new CountedOrigin(DATA, { breaksAfter: 5000, ranges });
    expect(await collected(await cache.readThrough(cacheable('a', DATA), origin.open))).toEqual(DATA);
    expect(workbench.reports.failedFills).toHaveLength(1);
    await eventually(async () => expect(await workbench.files()).toEqual([]));
    expect(await collected(await cache.readThrough(cacheable('a', DATA), origin.open))).toEqual(DATA);
    await filled('a');
  });

  it.each([
    ['other bytes', Buffer.concat([DATA.subarray(0, -1), Buffer.from([DATA.at(-1)! ^ 1])])],
    ['more bytes', Buffer.concat([DATA, Buffer.alloc(1)])],
  ])('lets nobody take %s for the whole image, and keeps them out of the cache', async (_what, wrong) => {
    const cache = await workbench.cache();
    const image = cacheable('a', DATA);
    const bytes = await cache.readThrough(image, new CountedOrigin(wrong).open);
    let readBytes = 0;
    const reading = (async () => {
      for await (const chunk of bytes!) readBytes += chunk.byteLength;
    })();
    await expect(reading).rejects.toThrow();
    expect(readBytes).toBeLessThan(DATA.byteLength);
    await eventually(async () => expect(await workbench.files()).toEqual(['invalid/a']));
    expect(await cache.read(image, null)).toBeNull();
    expect(await cache.list()).toEqual([]);
    expect(await cache.clean()).toBe(1);
    expect(await workbench.files()).toEqual([]);
  });

  it('keeps nothing of an origin that ends too early', async () => {
    const cache = await workbench.cache();
    const bytes = await cache.readThrough(cacheable('a', DATA), new CountedOrigin(DATA.subarray(0, 5000)).open);
    expect((await collected(bytes))!.byteLength).toBeLessThan(DATA.byteLength);
    await eventually(async () => expect(await workbench.files()).toEqual([]));
  });

  it('passes on what the origin refuses, and leaves nothing', async () => {
    const cache = await workbench.cache();
    const refusal = new Error('refused');
    await expect(cache.readThrough(cacheable('a', DATA), () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(await cache.readThrough(cacheable('a', DATA), () => Promise.resolve(null))).toBeNull();
    expect(await cache.prefetch(cacheable('a', DATA), () => Promise.resolve(null), NEVER)).toBe('missing');
    const missing = () => Promise.reject(new StoredDataMissing('missing'));
    expect(await cache.readThrough(cacheable('a', DATA), missing)).toBeNull();
    expect(await workbench.files()).toEqual([]);
    expect(await collected(await cache.readThrough(cacheable('a', DATA), new CountedOrigin(DATA).open))).toEqual(DATA);
    await filled('a');
  });

  it('lets one process copy an image at a time; the other one passes the data on', async () => {
    const [one, other] = [await workbench.cache(), await workbench.cache()];
    const { promise: more, resolve: goOn } = Promise.withResolvers<null>();
    const slow = new CountedOrigin(DATA, { pausesAfter: 4000, more });
    const quick = new CountedOrigin(DATA);
    const image = cacheable('a', DATA);
    const reading = collected(await one.readThrough(image, slow.open));
    expect(await collected(await other.readThrough(image, quick.open))).toEqual(DATA);
    expect(await other.list()).toEqual([]);
    goOn(null);
    expect(await reading).toEqual(DATA);
    await filled('a');
    expect(await collected(await other.read(image, null))).toEqual(DATA);
    expect([slow.openings.length, quick.openings.length]).toEqual([1, 1]);
  });

  it('takes over what a dead process has left unfinished', async () => {
    const cache = await workbench.cache();
    await writeFile(join(workbench.dir, 'incomplete', 'a'), 'half');
    expect(await collected(await cache.readThrough(cacheable('a', DATA), new CountedOrigin(DATA).open))).toEqual(DATA);
    await filled('a');
    expect(await workbench.files()).toEqual(['a']);
  });

  it('passes on what would be one copy too many at a time', async () => {
    const cache = await workbench.cache({ maxFills: 1 });
    const { promise: more, resolve: goOn } = Promise.withResolvers<null>();
    const slow = await cache.readThrough(cacheable('a', DATA), new CountedOrigin(DATA, { pausesAfter: 0, more }).open);
    expect(await collected(await cache.readThrough(cacheable('b', DATA), new CountedOrigin(DATA).open))).toEqual(DATA);
    expect(workbench.reports.filled).toEqual([]);
    goOn(null);
    expect(await collected(slow)).toEqual(DATA);
    await filled('a');
  });

  it('does not serve a copy of data that the image had before', async () => {
    const cache = await workbench.cache();
    await collected(await cache.readThrough(cacheable('a', DATA), new CountedOrigin(DATA).open));
    await filled('a');
    const newData = randomBytes(DATA.byteLength);
    expect(await cache.read(cacheable('a', newData), null)).toBeNull();
    expect(await workbench.files()).toEqual([]);
  });

  it('does not serve a copy that has lost bytes', async () => {
    const cache = await workbench.cache();
    const image = cacheable('a', DATA);
    await collected(await cache.readThrough(image, new CountedOrigin(DATA).open));
    await filled('a');
    await truncate(join(workbench.dir, 'a'), 100);
    expect(await cache.read(image, null)).toBeNull();
    expect(await workbench.files()).toEqual(['invalid/a']);
    expect(await cache.list()).toEqual([]);
  });

  it('removes a copy whose image was deleted while it was made', async () => {
    const cache = await workbench.cache();
    workbench.gone.add('a');
    expect(await collected(await cache.readThrough(cacheable('a', DATA), new CountedOrigin(DATA).open))).toEqual(DATA);
    await filled('a');
    await eventually(async () => expect(await workbench.files()).toEqual([]));
  });

  it('lets a reader go on whose copy is removed', async () => {
    const cache = await workbench.cache();
    const image = cacheable('a', DATA);
    await collected(await cache.readThrough(image, new CountedOrigin(DATA).open));
    await filled('a');
    const reading = await cache.read(image, null);
    expect(await cache.evict('a')).toBe(true);
    expect(await cache.evict('a')).toBe(false);
    expect(await collected(reading)).toEqual(DATA);
    expect(await cache.read(image, null)).toBeNull();
  });

  it('makes room by removing what was read least recently, and does not begin what has no room', async () => {
    const cache = await workbench.cache({ maxSizeBytes: 25_000 });
    for (const id of ['a', 'b']) {
      workbench.now += 1000;
      expect(await cache.prefetch(cacheable(id, DATA), new CountedOrigin(DATA).open, NEVER)).toBe('cached');
    }
    workbench.now += 1000;
    await collected(await cache.read(cacheable('a', DATA), null));
    await cache.list(); // the hit has been counted
    expect(await cache.prefetch(cacheable('c', DATA), new CountedOrigin(DATA).open, NEVER)).toBe('cached');
    expect(await workbench.files()).toEqual(['a', 'c']);
    const large = randomBytes(25_001);
    expect(await cache.prefetch(cacheable('d', large), new CountedOrigin(large).open, NEVER)).toBe('too_large');
    expect(await collected(await cache.readThrough(cacheable('d', large), new CountedOrigin(large).open))).toEqual(
      large,
    );
    expect(await workbench.files()).toEqual(['a', 'c']);
  });

  it('prunes to a limit that was lowered', async () => {
    const roomy = await workbench.cache();
    for (const id of ['a', 'b', 'c']) {
      workbench.now += 1000;
      await roomy.prefetch(cacheable(id, DATA), new CountedOrigin(DATA).open, NEVER);
    }
    const cache = await workbench.cache({ maxSizeBytes: 12_000 });
    expect(await cache.prune()).toEqual({ files: 2, bytes: 21_000 });
    expect(await workbench.files()).toEqual(['c']);
    expect(await cache.prune()).toEqual({ files: 0, bytes: 0 });
  });

  it('remembers what is queued, in order and over restarts, and what is cached needs no queueing', async () => {
    const cache = await workbench.cache();
    await cache.prefetch(cacheable('cached', DATA), new CountedOrigin(DATA).open, NEVER);
    let notified = 0;
    cache.onQueued(() => (notified += 1));
    expect(await cache.queue('cached')).toBe(false);
    expect(await cache.queue('a')).toBe(true);
    expect(await cache.queue('a')).toBe(false);
    expect(notified).toBeGreaterThan(0);
    await cache.queue('b');
    await utimes(join(workbench.dir, 'queue', 'b'), 1, 1);
    const restarted = await workbench.cache();
    expect(await restarted.queued()).toEqual(['b', 'a']);
    expect(await restarted.dequeue('b')).toBe(true);
    expect(await restarted.dequeue('b')).toBe(false);
    expect(await cache.queued()).toEqual(['a']);
    await cache.prefetch(cacheable('a', DATA), new CountedOrigin(DATA).open, NEVER);
    expect(await cache.queued()).toEqual([]);
  });

  it('keeps an image in the queue whose copying, when it was queued, fails later', async () => {
    const cache = await workbench.cache();
    const { promise: more, resolve: goOn } = Promise.withResolvers<null>();
    const origin = new CountedOrigin(DATA, { pausesAfter: 4000, more, breaksAfter: 5000 });
    const reading = collected(await cache.readThrough(cacheable('a', DATA), origin.open));
    expect(await cache.queue('a')).toBe(true);
    goOn(null);
    expect(await reading).toEqual(DATA);
    expect(workbench.reports.failedFills).toHaveLength(1);
    expect(await cache.queued()).toEqual(['a']);
    expect(await cache.prefetch(cacheable('a', DATA), origin.open, NEVER)).toBe('cached');
    expect(await cache.queued()).toEqual([]);
  });

  it('serves nobody from an entry whose file has gone, and forgets it in time', async () => {
    const cache = await workbench.cache({ stallTimeMs: 60_000 });
    const image = cacheable('a', DATA);
    await cache.prefetch(image, new CountedOrigin(DATA).open, NEVER);
    await rm(join(workbench.dir, 'a'));
    expect(await cache.read(image, null)).toBeNull();
    expect(await cache.list()).toEqual([]);
    await cache.clean();
    await writeFile(join(workbench.dir, 'a'), DATA); // its entry is there still: it could have been on its way
    expect(await cache.strays()).toEqual([]);
    await rm(join(workbench.dir, 'a'));
    workbench.now += 60_001;
    await cache.clean();
    await writeFile(join(workbench.dir, 'a'), DATA);
    expect(await cache.strays()).toEqual(['a']);
  });

  it('cleans up what nothing was added to for the stall time', async () => {
    const cache = await workbench.cache({ stallTimeMs: 60_000 });
    const [stalled, fresh] = ['stalled', 'fresh'].map((name) => join(workbench.dir, 'incomplete', name));
    for (const path of [stalled!, fresh!]) await writeFile(path, 'half');
    await utimes(stalled!, workbench.now / 1000 - 61, workbench.now / 1000 - 61);
    await utimes(fresh!, workbench.now / 1000 - 59, workbench.now / 1000 - 59);
    expect(await cache.clean()).toBe(1);
    expect(await workbench.files()).toEqual(['incomplete/fresh']);
  });

  it('serves nobody from files that it has not made, and names them', async () => {
    const cache = await workbench.cache();
    await writeFile(join(workbench.dir, 'stray'), DATA);
    expect(await cache.read(cacheable('stray', DATA), null)).toBeNull();
    expect(await cache.strays()).toEqual(['stray']);
    expect(await cache.list()).toEqual([]);
  });

  it('is no obstacle when its folder cannot be used any more', async () => {
    const cache = await workbench.cache();
    await rm(join(workbench.dir, 'incomplete'), { recursive: true });
    const image = cacheable('a', DATA);
    expect(await collected(await cache.readThrough(image, new CountedOrigin(DATA).open))).toEqual(DATA);
    expect(workbench.reports.troubles).toHaveLength(1);
    await mkdir(join(workbench.dir, 'incomplete'));
    expect(await collected(await cache.readThrough(image, new CountedOrigin(DATA).open))).toEqual(DATA);
    await filled('a');
  });

  it('gives up copying when it is closed, and its reader has the rest from the origin', async () => {
    const cache = await workbench.cache();
    const { promise: more, resolve: goOn } = Promise.withResolvers<null>();
    const origin = new CountedOrigin(DATA, { pausesAfter: 4000, more });
    const reader = await cache.readThrough(cacheable('a', DATA), origin.open);
    const reading = collected(reader);
    await eventually(async () => expect(await workbench.files()).toEqual(['incomplete/a']));
    const closing = cache.close();
    goOn(null);
    await closing;
    expect(await reading).toEqual(DATA);
    await eventually(async () => expect(await workbench.files()).toEqual([]));
  });
});
