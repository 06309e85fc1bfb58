import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { cpuSecondsOf } from './process-tree.mjs';
import { runProcess } from './run-process.mjs';

const COMMON = ['-sS', '-f', '--noproxy', '*', '-H', 'Expect:'];
const BYTES_PER_MB = 1e6;
const BYTES_PER_GIB = 2 ** 30;

const curlArguments = (service, imageId, ...args) => [
  ...COMMON,
  ...['-H', `X-Auth-Token: ${service.memberToken}`],
  ...args,
  `${service.url}/v2/images/${imageId}/file`,
];

/** Sends one file to every image at the same time. */
export const upload = (service, file, imageIds) =>
  timed(service, file.sizeBytes, imageIds, (imageId) =>
    curlArguments(service, imageId, '-T', file.path, '-H', 'Content-Type: application/octet-stream', '-o', '/dev/null'),
  );

/** Fetches the data of every image at the same time, and throws it away. */
export const download = (service, file, imageIds) =>
  timed(service, file.sizeBytes, imageIds, (imageId) => curlArguments(service, imageId, '-o', '/dev/null'));

/** @returns MB/s over all transfers together, CPU seconds of the service per GiB */
async function timed(service, sizeBytes, imageIds, argumentsFor) {
  const cpuBefore = cpuSecondsOf(service.pids());
  const start = performance.now();
  await Promise.all(imageIds.map((imageId) => runProcess('curl', argumentsFor(imageId))));
  const seconds = (performance.now() - start) / 1000;
  const cpuSeconds = cpuSecondsOf(service.pids()) - cpuBefore;
  const bytes = sizeBytes * imageIds.length;
  return { value: bytes / BYTES_PER_MB / seconds, cpuSecondsPerGib: cpuSeconds / (bytes / BYTES_PER_GIB) };
}

/** @throws Error when what comes back, or what the service says about it, is not what was sent */
export async function requireSameData(service, file, imageId) {
  const { checksum, size } = await service.showImage(imageId);
  const downloaded = await digestOfDownload(service, imageId);
  if (downloaded === file.md5 && checksum === file.md5 && size === file.sizeBytes) return;
  throw new Error(`${service.name} does not give back what was uploaded: ${downloaded}, ${checksum}, not ${file.md5}`);
}

async function digestOfDownload(service, imageId) {
  const hash = createHash('md5');
  const curl = spawn('curl', curlArguments(service, imageId), { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const chunk of curl.stdout) hash.update(chunk);
  return hash.digest('hex');
}
