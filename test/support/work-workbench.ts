import { UNPROTECTED } from '../../src/auth/property-protections.js';
import { randomUUIDv7 } from 'node:crypto';
import type { AppConfig } from '../../src/config/app-config.js';
import { systemClock } from '../../src/kernel/clock.js';
import { ImageDataReceiver } from '../../src/modules/images/commands/image-data.receiver.js';
import { StorageQuota } from '../../src/modules/images/commands/storage-quota.js';
import type { RequestLocationImport } from '../../src/modules/images/domain/image.commands.js';
import { EndTaskHandler } from '../../src/modules/tasks/commands/end-task.handler.js';
import type { CreateTask } from '../../src/modules/tasks/domain/task.commands.js';
import { ExportTargets } from '../../src/outbound/export-targets.js';
import { HttpDownloads } from '../../src/outbound/http-downloads.js';
import { HttpUploads } from '../../src/outbound/http-uploads.js';
import { ImageEndpoints } from '../../src/outbound/image-endpoints.js';
import { RemoteImages } from '../../src/outbound/remote-images.js';
import { S3Uploads } from '../../src/outbound/s3-uploads.js';
import { UrlFilter } from '../../src/outbound/url-filter.js';
import { SqlTaskProgressBoard } from '../../src/projections/database/sql-task-progress.js';
import { StoreTraffic } from '../../src/stores/store-traffic.js';
import { CloneImageWork } from '../../src/workers/tasks/clone-image.work.js';
import { ExportImageWork } from '../../src/workers/tasks/export-image.work.js';
import { ImageOfTask } from '../../src/workers/tasks/image-of-task.js';
import { ApiImageImportWork } from '../../src/workers/tasks/import/api-image-import.work.js';
import { ImportLimits } from '../../src/workers/tasks/import/import-limits.js';
import { ImportImage } from '../../src/workers/tasks/import/import-image.js';
import { ImportPlugins } from '../../src/workers/tasks/import/import-plugins.js';
import { ImportSources } from '../../src/workers/tasks/import/import-sources.js';
import { ImportToStores } from '../../src/workers/tasks/import/import-to-stores.js';
import { RemoteImageImport } from '../../src/workers/tasks/import/remote-image-import.js';
import { FoundData } from '../../src/workers/tasks/locations/found-data.js';
import { LocationHashes } from '../../src/workers/tasks/locations/location-hashes.js';
import { LocationImportWork } from '../../src/workers/tasks/locations/location-import.work.js';
import { SourceImages } from '../../src/workers/tasks/source-image.js';
import { TaskExecutor } from '../../src/workers/tasks/task-executor.js';
import { UnfinishedBytes } from '../../src/workers/tasks/unfinished-bytes.js';
import type { WorkerLog } from '../../src/workers/worker-log.js';
import { openImageWorkbench, OWNER } from './image-workbench.js';
import type { ImageWorkbench, WorkbenchOptions } from './image-workbench.js';
import { loopbackClient, loopbackOutbound } from './outbound.js';
import { requestImport } from './workbench-images.js';

const NEVER = new AbortController().signal;

const silent: WorkerLog = {
  failed: () => undefined,
  interrupted: () => undefined,
  taskFailed: () => undefined,
  leftBehind: () => undefined,
  keyNotDeleted: () => undefined,
  swept: () => undefined,
};

/** One worker process: it has nothing in common with others but what is kept outside of it. */
export type Worker = Readonly<{
  execute: (taskId: string, stopping?: AbortSignal) => Promise<void>;
  /** What this process lets through to the stores: one task at a time. */
  traffic: StoreTraffic;
}>;

type LocationWish = Partial<Pick<RequestLocationImport, 'expected' | 'hashes'>>;

/** Images, and the tasks that work on them, in as many workers as a test wants. */
export type WorkWorkbench = Awaited<ReturnType<typeof openWorkWorkbench>>;

export async function openWorkWorkbench(options: WorkbenchOptions = {}) {
  const bench = await openImageWorkbench(options);
  const closing: (() => Promise<void>)[] = [];
  const create = async (request: Pick<CreateTask, 'taskType'> & Partial<CreateTask>): Promise<string> => {
    const taskId = request.taskId ?? randomUUIDv7();
    const owned = { owner: OWNER.projectId, userId: OWNER.userId, input: {}, imageId: null, requestId: null };
    await bench.tasks.handle({ type: 'CreateTask', ...owned, ...request, taskId }, { actor: OWNER, requestId: null });
    return taskId;
  };
  return {
    ...bench,
    create,
    /** A task that has an image's lock. */
    import: async (imageId: string, wish: Parameters<typeof requestImport>[3] = {}): Promise<string> => {
      const taskId = randomUUIDv7();
      await requestImport(bench, imageId, taskId, wish);
      return create({ taskType: 'api_image_import', taskId, imageId, input: { image_id: imageId } });
    },
    /** A task that registers a location, and has the image's lock. */
    register: async (imageId: string, url: string, wish: LocationWish = {}): Promise<string> => {
      const taskId = randomUUIDv7();
      const { expected = null, hashes = true } = wish;
      const command = { type: 'RequestLocationImport', imageId, taskId, url, expected, hashes } as const;
      await bench.images.handle(command, { actor: OWNER, requestId: null });
      return create({ taskType: 'location_import', taskId, imageId });
    },
    /** @param config what is different for this process */
    worker: (config: Partial<AppConfig> = {}): Worker => {
      const { worker, close } = workerOn({ ...bench, config: { ...bench.config, ...config } });
      closing.push(close);
      return worker;
    },
    /** The moment after which other workers may take over what a silent one has claimed. */
    letClaimsLapse: async (): Promise<void> => {
      await bench.database.writer.updateTable('leases').set({ expires_at: 0 }).execute();
    },
    close: async (): Promise<void> => {
      for (const close of closing) await close();
      await bench.close();
    },
  };
}

function workerOn(bench: ImageWorkbench): Readonly<{ worker: Worker; close: () => Promise<void> }> {
  const {
    config,
    images,
    tasks,
    stores,
    staging,
    readModel,
    secrets,
    leases,
    eventStore,
    database,
    limits,
    signatures,
  } = bench;
  const traffic = new StoreTraffic(
    [...stores.keys()].map((id) => ({ id, taskWriteBytesPerS: 0, taskWriteConcurrency: 1 })),
  );
  const board = new SqlTaskProgressBoard(database);
  const client = loopbackClient();
  const quota = new StorageQuota(readModel, config);
  const receiver = new ImageDataReceiver(quota, signatures, config);
  const unfinished = new UnfinishedBytes(stores, silent);
  const downloads = new HttpDownloads(client);
  const remote = new RemoteImages(client, new ImageEndpoints(config.imports.remoteEndpoints, null));
  const remoteImport = new RemoteImageImport(images, downloads, remote, secrets, config, UNPROTECTED);
  const sources = new ImportSources(images, downloads, remoteImport, secrets, staging, stores, config);
  const storing = new ImportToStores(images, receiver, traffic, unfinished, secrets, stores, config);
  const plugins = new ImportPlugins(images, config);
  const importing = new ImportImage(images, new ImportLimits(limits), sources, plugins, storing, unfinished, staging);
  const sourceImages = new SourceImages(readModel, stores);
  const { exportTargets } = config.tasks;
  const targets = new ExportTargets(
    exportTargets,
    new HttpUploads(client, new UrlFilter(loopbackOutbound), exportTargets),
    new S3Uploads(config.outbound.s3, config.outbound.stallTimeoutS),
  );
  const works = [
    new ApiImageImportWork(importing),
    new LocationImportWork(
      images,
      new FoundData(images, quota, stores),
      new LocationHashes(receiver, stores, config),
      ...([unfinished, stores, config] as const),
    ),
    new CloneImageWork(
      ...([sourceImages, new ImageOfTask(images, limits, config), limits, importing, storing, images, stores] as const),
      UNPROTECTED,
    ),
    new ExportImageWork(sourceImages, targets, traffic, unfinished, secrets, stores, config),
  ];
  const ending = new EndTaskHandler(tasks, secrets, board, systemClock, config);
  const parts = [tasks, ending, works, staging, board, eventStore, leases, systemClock, config, silent] as const;
  const executor = new TaskExecutor(...parts);
  const execute = (taskId: string, stopping = NEVER): Promise<void> =>
    executor.execute({ taskId, priority: 10 }, stopping);
  return { worker: { execute, traffic }, close: () => receiver.onApplicationShutdown() };
}
