import { join } from 'node:path';
import { compare, summarize } from '../measuring/compare.mjs';
import { atLeast } from '../measuring/targets.mjs';
import { download, upload } from '../measuring/transfer.mjs';
import { waitUntil } from '../measuring/wait-until.mjs';
import { Hindsight } from '../service/hindsight.mjs';

/** A hit must not cost more than reading a file of a store; the rest is what two measurements of one thing differ by. */
const AS_FAST = 0.9;

/**
 * Downloads of an image that is in the cache, that is being copied into it by this very download, and that is read from its
 * store without a cache. The store is a folder on the same disk: what a copy costs is seen, what it saves is not.
 */
export async function measureCache(bench, results) {
  const { children, program, sizes, streams } = bench;
  const file = bench.bigFile();
  const folder = join(bench.folder, 'caching');
  const service = await Hindsight.create({ children, program, folder, environment: cachingIn(folder) });
  await service.start();
  try {
    const [imageId] = await service.createImages(1);
    const [uncachedId] = await bench.hindsight.createImages(1);
    await upload(service, file, [imageId]);
    await upload(bench.hindsight, file, [uncachedId]);
    const add = (id, title, hindsight) =>
      results.addMetric({ id, title, unit: 'MB/s', limits: ['http_download'] }, { hindsight });

    const missing = (count) => ({ role: count, measure: () => missed(bench, service, file, imageId, count) });
    const { 1: one, [streams]: many } = await compare([missing(1), missing(streams)], sizes.runs, measureIt);
    const cached = { role: 'hit', measure: () => download(service, file, [imageId]) };
    const uncached = { role: 'none', measure: () => download(bench.hindsight, file, [uncachedId]) };
    for (const { measure } of [cached, uncached]) await measure(); // brings the files into the page cache
    await bench.settle();
    const { hit, none } = await compare([uncached, cached], sizes.runs, measureIt);

    const size = `${sizes.bigMib} MiB`;
    add('cache_none', `download ${size}, no cache`, none);
    add('cache_miss', `download ${size}, copied meanwhile`, one);
    add('cache_miss_many', `download ${streams} x the same ${size}, copied once meanwhile`, many);
    add('cache_hit', `download ${size}, from the cache`, hit);
    results.addMetric(
      { id: 'cache_hit_ratio', title: 'from the cache, beside no cache', unit: 'x', target: atLeast(AS_FAST) },
      { hindsight: summarize([{ value: hit.value / none.value }]) },
    );
    await bench.hindsight.deleteImages([uncachedId]);
  } finally {
    await service.stop();
  }
}

const measureIt = ({ measure }) => measure();

const cachingIn = (folder) => ({
  OS_DEFAULT__IMAGE_CACHE_DIR: join(folder, 'cache'),
  OS_HINDSIGHT__IMAGE_CACHE_STORES: 'all',
});

/** Ends when the image is cached again, but counts the time of the downloads only. */
async function missed({ settle }, service, file, imageId, count) {
  await service.call('DELETE', `/v2/cache/${imageId}`, undefined, service.adminToken);
  await settle();
  const found = await download(service, file, Array(count).fill(imageId));
  await waitUntil('the image is not cached', () => isCached(service, imageId), { everyMs: 5 });
  return found;
}

async function isCached(service, imageId) {
  const { cached_images: cached } = await service.call('GET', '/v2/cache', undefined, service.adminToken);
  return cached.some((entry) => entry.image_id === imageId);
}
