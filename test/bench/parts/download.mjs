import { compare } from '../measuring/compare.mjs';
import { timesThePeer } from '../measuring/targets.mjs';
import { download, upload } from '../measuring/transfer.mjs';

export async function measureDownloads(bench, results) {
  const { sizes, streams } = bench;
  const one = { id: 'download_1', title: `download 1 x ${sizes.bigMib} MiB` };
  const several = { id: `download_${streams}`, title: `download ${streams} x ${sizes.partMib} MiB` };
  await measure(bench, results, one, bench.bigFile(), 1);
  await measure(bench, results, several, bench.partFile(), streams);
}

async function measure({ services, sizes, settle }, results, metric, file, count) {
  const images = new Map();
  for (const service of services) images.set(service, await storedImages(service, file, count));
  await settle();
  const found = await compare(services, sizes.runs, (service) => download(service, file, images.get(service)));
  results.addMetric({ ...metric, unit: 'MB/s', target: timesThePeer(1), limits: ['http_download'] }, found);
  for (const [service, imageIds] of images) await service.deleteImages(imageIds);
}

/** Read once, so that all services find their data in the page cache. */
async function storedImages(service, file, count) {
  const imageIds = await service.createImages(count);
  await upload(service, file, imageIds);
  await download(service, file, imageIds);
  return imageIds;
}
