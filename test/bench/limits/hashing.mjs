import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const WORKER = fileURLToPath(new URL('hash.worker.mjs', import.meta.url));

/** Rates of the hashes that every upload needs: each alone, and both at once on two threads. */
export async function measureHashing({ sizes }, add) {
  const rate = (algorithm) => hashRate(algorithm, sizes.seconds / 4);
  add('md5', 'md5, one core', 'MB/s', await rate('md5'));
  add('sha512', 'sha512, one core', 'MB/s', await rate('sha512'));
  const both = await Promise.all([rate('md5'), rate('sha512')]);
  add('hash_threads', 'md5 and sha512 of the same data, two threads', 'MB/s', Math.min(...both));
}

function hashRate(algorithm, seconds) {
  return new Promise((resolve, reject) => {
    new Worker(WORKER, { workerData: { algorithm, seconds } }).once('message', resolve).once('error', reject);
  });
}
