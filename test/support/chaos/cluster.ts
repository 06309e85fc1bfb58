import { join } from 'node:path';
import type { RedisServer } from '../redis.js';
import { Service } from '../service.js';
import type { ServiceEnvironment } from '../service.js';
import { taskEnvironment } from '../task-deployment.js';
import { chaosCache } from './cache-aftermath.js';
import type { ClusterProcess } from './cluster-process.js';
import { ApiProcess, BackgroundClusterProcess, SupervisedApiProcess } from './cluster-processes.js';
import { RedisServerProcess } from './server-processes.js';

const WORKERS = 3;

/**
 * Processes that answer requests: `two` of their own; `supervised` by one, which workers stand beside; or `alone`, three
 * processes under one supervisor that do everything.
 */
type Apis = 'two' | 'supervised' | 'alone';

const SUPERVISED = { two: 0, supervised: 2, alone: 3 } as const satisfies Record<Apis, number>;

/** What sets one cluster apart from others. */
export type ClusterSetUp = Readonly<{
  name: string;
  apis: Apis;
  /** Whether APIs keep an image cache. */
  isCaching?: boolean;
  /** Options of all processes. */
  environment?: ServiceEnvironment;
  /** Servers that may be ended like any other process. */
  servers?: readonly ClusterProcess[];
}>;

/** APIs, workers, a scrubber, a projector and a Redis on one data folder, each a process of its own. */
export class Cluster {
  private constructor(
    private readonly services: readonly Service[],
    private readonly apis: readonly ClusterProcess[],
    /** Those that are started and stopped beside the APIs. */
    private readonly others: readonly ClusterProcess[],
    /** Of each of them, one at a time may be away. */
    readonly victims: Readonly<Record<string, readonly ClusterProcess[]>>,
  ) {}

  /** @param redis null: each process finds its jobs in the events */
  static async start(setUp: ClusterSetUp, redis: RedisServer | null): Promise<Cluster> {
    const first = await newApi(setUp, redis);
    const services = setUp.apis === 'two' ? [first, await newApi(setUp, redis, first.dataDir)] : [first];
    const apis = services.map((service, index) => new ApiProcess(`api ${index}`, service));
    const supervised = Array.from(
      { length: SUPERVISED[setUp.apis] },
      (_, index) => new SupervisedApiProcess(`api process ${index}`, first, index),
    );
    const others = setUp.apis === 'alone' ? [] : othersOf(first);
    const servers = [...(redis === null ? [] : [new RedisServerProcess(redis)]), ...(setUp.servers ?? [])];
    const victims =
      setUp.apis === 'alone'
        ? { apis, supervised }
        : { apis: [...apis, ...supervised, ...supervised], background: others, servers };
    const cluster = new Cluster(services, apis, others, victims);
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

  get logs(): ReadonlyMap<string, string> {
    return new Map([...this.apis, ...this.others].map(({ name, log }) => [name.replaceAll(' ', '-'), log]));
  }

  /** Tells all to stop. @returns how they ended, by name */
  async stop(): Promise<ReadonlyMap<string, number | null>> {
    const processes = [...this.apis, ...this.others];
    return new Map(await Promise.all(processes.map(async (each) => [each.name, await each.stop()] as const)));
  }

  async remove(): Promise<void> {
    await Promise.all(this.others.map((each) => each.kill()));
    await Promise.all([...this.services].reverse().map((service) => service.remove()));
  }
}

const othersOf = (service: Service): readonly ClusterProcess[] => {
  const roles: Record<string, readonly string[]> = {
    ...Object.fromEntries(Array.from({ length: WORKERS }, (_, index) => [`worker ${index}`, ['worker']])),
    scrubber: ['scrubber', '--daemon'],
    projector: ['projector'],
  };
  return Object.entries(roles).map(([name, role]) => new BackgroundClusterProcess(name, service, role));
};

const newApi = (setUp: ClusterSetUp, redis: RedisServer | null, dataDir?: string): Promise<Service> =>
  Service.prepare({
    role: setUp.apis === 'alone' ? 'serve' : 'api',
    environment: (folder) => ({
      ...taskEnvironment(folder),
      ...(redis !== null && { OS_HINDSIGHT__REDIS_URL: redis.url }),
      OS_HINDSIGHT__UPLOAD_LEASE: '2',
      OS_DEFAULT__WAKEUP_TIME: '1',
      OS_DEFAULT__IMAGE_TAG_QUOTA: '-1',
      OS_DEFAULT__IMAGE_PROPERTY_QUOTA: '-1',
      ...(SUPERVISED[setUp.apis] > 0 && { OS_DEFAULT__WORKERS: String(SUPERVISED[setUp.apis]) }),
      ...(setUp.isCaching === true && chaosCache(folder)),
      ...setUp.environment,
    }),
    ...(dataDir !== undefined && { dataDir }),
  });

/** Where the bytes of images are. */
export const storesOf = (dataDir: string): readonly string[] => ['fast', 'slow'].map((id) => join(dataDir, id));
