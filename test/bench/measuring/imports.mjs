import { cpuSecondsOf } from './process-tree.mjs';
import { waitUntil } from './wait-until.mjs';

const ASK_EVERY_MS = 50;
const LIMIT_MS = 900_000;
const BYTES_PER_GIB = 2 ** 30;

/**
 * Lets a service download a file of the web source (source/) into images.
 * @param oneByOne asks for an import when the one before has ended; else for all at once
 * @returns seconds from the first request to the last end, CPU seconds of the service per GiB
 */
export async function importIntoImages(service, file, imageIds, { oneByOne = false } = {}) {
  const cpuBefore = cpuSecondsOf(service.pids());
  const start = performance.now();
  for (const imageId of imageIds) {
    await service.importFromWeb(imageId, file.url);
    if (oneByOne) await untilImported(service, imageId);
  }
  for (const imageId of imageIds) await untilImported(service, imageId);
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = cpuSecondsOf(service.pids()) - cpuBefore;
  for (const imageId of imageIds) await requireData(service, file, imageId);
  return { value: seconds, cpuSecondsPerGib: (cpuSeconds * BYTES_PER_GIB) / (file.sizeBytes * imageIds.length) };
}

const untilImported = (service, imageId) =>
  waitUntil(
    `${service.name} has not imported image ${imageId}`,
    async () => {
      const task = await service.taskOfImage(imageId);
      if (task?.status === 'failure') throw new Error(`${service.name} cannot import: ${task.message}`);
      return task?.status === 'success';
    },
    { everyMs: ASK_EVERY_MS, limitMs: LIMIT_MS },
  );

async function requireData(service, { sizeBytes, md5 }, imageId) {
  const { status, size, checksum } = await service.showImage(imageId);
  if (status === 'active' && size === sizeBytes && checksum === md5) return;
  throw new Error(`${service.name} has imported something else: ${status}, ${size}, ${checksum}, not ${md5}`);
}
