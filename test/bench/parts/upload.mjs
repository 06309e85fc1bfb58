import { compare } from '../measuring/compare.mjs';
import { timesThePeer } from '../measuring/targets.mjs';
import { requireSameData, upload } from '../measuring/transfer.mjs';

const LIMITS = ['hash_threads', 'http_upload', 'disk_write_direct'];

export async function measureUploads(bench, results) {
  const { sizes, streams } = bench;
  const one = { id: 'upload_1', title: `upload 1 x ${sizes.bigMib} MiB`, target: timesThePeer(1.6) };
  const several = {
    id: `upload_${streams}`,
    title: `upload ${streams} x ${sizes.partMib} MiB`,
    target: timesThePeer(1.2),
  };
  await measure(bench, results, one, bench.bigFile(), 1);
  await measure(bench, results, several, bench.partFile(), streams);
}

async function measure({ services, sizes, settle }, results, metric, file, count) {
  const checked = new Set();
  const found = await compare(services, sizes.runs, async (service) => {
    const imageIds = await service.createImages(count);
    await settle();
    const rate = await upload(service, file, imageIds);
    if (!checked.has(service)) await requireSameData(service, file, imageIds[0]);
    checked.add(service);
    await service.deleteImages(imageIds);
    return rate;
  });
  results.addMetric({ ...metric, unit: 'MB/s', limits: LIMITS }, found);
}
