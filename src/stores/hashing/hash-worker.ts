// Body of a hash thread. It imports nothing of ours but types, so that it runs compiled as well as from its source,
// from which Node strips the types.
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { HashReply, HashRequest } from './hash-protocol.js';

const algorithm = String(workerData);
const jobs = new Map<number, { hash: Hash; memory: SharedArrayBuffer }>();

const reply = (message: HashReply): void => parentPort?.postMessage(message);

const jobOf = (id: number): { hash: Hash; memory: SharedArrayBuffer } => {
  const job = jobs.get(id);
  if (job === undefined) throw new Error(`Hash job ${id} is not open`);
  return job;
};

const handle = (request: HashRequest): void => {
  switch (request.kind) {
    case 'open':
      jobs.set(request.job, { hash: createHash(algorithm), memory: request.memory });
      return;
    case 'update': {
      const { hash, memory } = jobOf(request.job);
      hash.update(new Uint8Array(memory, request.offset, request.lengthBytes));
      reply({ kind: 'hashed', job: request.job, slot: request.slot });
      return;
    }
    case 'finish': {
      const { hash } = jobOf(request.job);
      jobs.delete(request.job);
      reply({ kind: 'digest', job: request.job, hex: hash.digest('hex') });
      return;
    }
    case 'drop':
      jobs.delete(request.job);
      reply({ kind: 'dropped', job: request.job });
  }
};

parentPort?.on('message', handle);
