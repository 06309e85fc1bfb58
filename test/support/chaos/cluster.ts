import { join } from 'node:path';
import type { RedisServer } from '../redis.js';
import { Service } from '../service.js';
import type { ServiceEnvironment } from '../service.js';
import { taskEnvironment } from '../task-deployment.js';
import type { ClusterProcess } from './cluster-process.js';
import { ApiProcess, BackgroundClusterProcess, SupervisedApiProcess } from './cluster-processes.js';
import { RedisServerProcess } from './server-processes.js';

const WORKERS = 3;

/** What sets one cluster apart from others. */
export type ClusterSetUp = Readonly<{
  name: string;
  /** Processes that answer requests: several of their own, or one that supervises two. */
  apis: 'two' | 'supervised';
  /** Options of all processes. */
  environment?: ServiceEnvironment;
  /** Servers that may be ended like any other process. */
  servers?: readonly ClusterProcess[];
}>;

/** APIs, workers, a scrubber and a Redis on one data folder, each a process of its own. */
export class Cluster {
  private constructor(
    private readonly services: readonly Service[],
    /** Those whom requests reach. */
    readonly apis: readonly ClusterProcess[],
    /** Those that are to be started, in this order. */
    private readonly others: readonly ClusterProcess[],
    readonly servers: readonly ClusterProcess[],
  ) {}

  static async start(setUp: ClusterSetUp, redis: RedisServer): Promise<Cluster> {
    const first = await newApi(setUp, redis);
    const services = setUp.apis === 'two' ? [first, await newApi(setUp, redis, first.dataDir)] : [first];
    const supervised =
      setUp.apis === 'two' ? [] : [0, 1].map((index) => new SupervisedApiProcess(`api process ${index}`, first, index));
    const apis = services.map((service, index) => new ApiProcess(`api ${index}`, service));
    const worker = (index: number): ClusterProcess =>
      new BackgroundClusterProcess(`worker ${index}`, first, ['worker']);
    const scrubber = new BackgroundClusterProcess('scrubber', first, ['scrubber', '--daemon']);
    const others = [...Array.from({ length: WORKERS }, (_, index) => worker(index)), scrubber];
    const servers = [new RedisServerProcess(redis), ...(setUp.servers ?? [])];
    const cluster = new Cluster(services, [...apis, ...supervised, ...supervised], others, servers);
    for (const process of [...apis, ...others]) await process.start();
    return cluster;
  }

  get urls(): readonly string[] {
    return this.services.map(({ url }) => url);
  }

  get dataDir(): string {
    return this.service.dataDir;
  }

  /** Runs commands of the program. */
  get service(): Service {
    const [service] = this.services;
    if (service === undefined) throw new Error('a cluster has at least one API');
    return service;
  }

  get background(): readonly ClusterProcess[] {
    return [...this.others, ...this.servers];
  }

  get logs(): ReadonlyMap<string, string> {
    return new Map([...this.apis, ...this.others].map(({ name, log }) => [name.replaceAll(' ', '-'), log]));
  }

  /** Tells all to stop. @returns how they ended, by name */
  async stop(): Promise<ReadonlyMap<string, number | null>> {
    const processes = [...this.apis.filter((api) => api instanceof ApiProcess), ...this.others];
    return new Map(await Promise.all(processes.map(async (each) => [each.name, await each.stop()] as const)));
  }

  async remove(): Promise<void> {
    await Promise.all(this.others.map((each) => each.kill()));
    await Promise.all([...this.services].reverse().map((service) => service.remove()));
  }
}

const newApi = (setUp: ClusterSetUp, redis: RedisServer, dataDir?: string): Promise<Service> =>
  Service.prepare({
    role: 'api',
    environment: (folder) => ({
      ...taskEnvironment(folder),
      OS_HINDSIGHT__REDIS_URL: redis.url,
      OS_HINDSIGHT__UPLOAD_LEASE: '2',
      OS_DEFAULT__WAKEUP_TIME: '1',
      OS_DEFAULT__IMAGE_TAG_QUOTA: '-1',
      OS_DEFAULT__IMAGE_PROPERTY_QUOTA: '-1',
      ...(setUp.apis === 'supervised' && { OS_DEFAULT__WORKERS: '2' }),
      ...setUp.environment,
    }),
    ...(dataDir !== undefined && { dataDir }),
  });

/** Where the bytes of images are. */
export const storesOf = (dataDir: string): readonly string[] => ['fast', 'slow'].map((id) => join(dataDir, id));
