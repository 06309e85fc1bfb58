// Hashes one block again and again; posts MB/s.
import { createHash, randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

const block = randomBytes(2 ** 20);
const hash = createHash(workerData.algorithm);
const start = performance.now();
let bytes = 0;
while (performance.now() - start < workerData.seconds * 1000) {
  hash.update(block);
  bytes += block.length;
}
parentPort.postMessage(bytes / 1000 / (performance.now() - start));
