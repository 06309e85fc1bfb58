import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { HashAlgorithmUnknown, HashingFailed } from '../stores.errors.js';
import { HashJob } from './hash-job.js';
import type { DataSignature, HashReply, HashRequest } from './hash-protocol.js';

/** The body beside this file: `.js` once compiled, `.ts` where tests run the source. */
const BODY = new URL(`./hash-worker${extname(import.meta.url)}`, import.meta.url);

/** A thread holds next to nothing in its heap; without limits V8 would let it grow to the size of the main one. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/** What takes part in the hashing of one upload. */
export type Hasher = Pick<HashThread, 'open'>;

/**
 * A long-lived thread that computes one algorithm for all uploads. It starts with the first job and does not keep the
 * process alive between jobs. When it dies, the jobs in flight fail and the next job starts another one.
 */
export class HashThread {
  readonly #jobs = new Map<number, HashJob>();
  #worker: Worker | null = null;
  #lastJob = 0;
  #closed = false;

  /** @throws HashAlgorithmUnknown */
  constructor(readonly algorithm: string) {
    try {
      createHash(algorithm).digest();
    } catch (cause) {
      throw new HashAlgorithmUnknown(`Hashing algorithm ${algorithm} is not available`, { algorithm }, { cause });
    }
  }

  /**
   * @param signature is verified instead of hashing with the thread's own algorithm
   * @throws HashingFailed after close
   */
  open(memory: SharedArrayBuffer, onHashed: (slot: number) => void, signature: DataSignature | null = null): HashJob {
    const worker = this.#running();
    const id = ++this.#lastJob;
    const send = (request: HashRequest): void => worker.postMessage(request);
    const job = new HashJob(id, send, onHashed);
    this.#jobs.set(id, job);
    worker.ref();
    send({ kind: 'open', job: id, memory, signature });
    return job;
  }

  /** Fails the jobs in flight and ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#closed) throw new HashingFailed('Hashing has been shut down');
    this.#worker ??= this.#start();
    return this.#worker;
  }

  #start(): Worker {
    const worker = new Worker(BODY, { workerData: this.algorithm, resourceLimits: RESOURCE_LIMITS });
    let cause: Error | undefined;
    worker.on('message', (reply: HashReply) => this.#receive(reply));
    worker.on('error', (error: Error) => (cause = error));
    worker.on('exit', () => this.#lost(worker, cause));
    return worker;
  }

  #receive(reply: HashReply): void {
    const job = this.#jobs.get(reply.job);
    if (reply.kind === 'hashed') job?.hashed(reply.slot);
    else this.#conclude(reply.job);
    if (reply.kind === 'digest') job?.complete(reply.hex);
  }

  #conclude(id: number): void {
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#worker?.unref();
  }

  #lost(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    const error = new HashingFailed(`The ${this.algorithm} thread ended unexpectedly`, {}, { cause });
    for (const job of jobs) job.fail(error);
  }
}
