import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Hindsight } from './hindsight.mjs';
import { ProgramProcess } from './program-process.mjs';
import { RedisServer } from './redis-server.mjs';

const ASK_EVERY_MS = 20;

/** An API process and workers that share their jobs through a Redis of their own, on new data. */
export class Deployment {
  workers = [];

  constructor({ children, program, folder }, redis, tasksEach) {
    Object.assign(this, { redis, folder: join(folder, 'deployment') });
    const environment = {
      OS_HINDSIGHT__REDIS_URL: redis.url,
      OS_TASKFLOW_EXECUTOR__MAX_WORKERS: String(tasksEach),
      OS_HINDSIGHT__FETCH_LOCAL_NETWORKS: '127.0.0.0/8',
      OS_IMPORT_FILTERING_OPTS__ALLOWED_PORTS: '[]',
    };
    this.processOptions = { children, program, environment };
  }

  /**
   * One at a time: they use the same folder of the benchmark.
   * @param workers how many worker processes
   * @param tasksEach how many tasks each of them does at a time; by default as many as the program does
   */
  static async start(bench, { workers, tasksEach = 10 }) {
    const deployment = new Deployment(bench, await RedisServer.start(bench.children), tasksEach);
    try {
      await deployment.startApi();
      for (let number = 1; number <= workers; number += 1) await deployment.startWorker(number);
    } catch (error) {
      await deployment.remove();
      throw error;
    }
    return deployment;
  }

  async startApi() {
    this.api = await Hindsight.create({ ...this.processOptions, folder: this.folder, command: 'api' });
    this.api.pids = () => [this.api.process.pid, ...this.workerPids()];
    await this.api.start();
  }

  async startWorker(number) {
    const args = ['worker', '--data-dir', join(this.folder, 'data')];
    const logFile = join(this.folder, `worker-${number}.log`);
    const worker = new ProgramProcess({ ...this.processOptions, args, logFile });
    this.workers.push(worker);
    await worker.becomes(() => worker.log().includes('"ready"'), ASK_EVERY_MS);
  }

  workerPids() {
    return this.workers.map(({ pid }) => pid);
  }

  /** At once: what it holds is thrown away. */
  async remove() {
    this.api?.disconnect();
    await Promise.all([...this.workers, this.api?.process].map((process) => process?.kill()));
    await this.redis.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
