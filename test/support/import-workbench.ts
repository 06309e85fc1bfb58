import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../../src/auth/caller.js';
import { ImagePolicy } from '../../src/auth/image-policy.js';
import { RulePolicy } from '../../src/auth/rule-policy.js';
import { loadConfig } from '../../src/config/load-config.js';
import { InMemoryEventStore } from '../../src/events/adapters/in-memory/in-memory.event-store.js';
import { imageEvents } from '../../src/events/contracts/image-events.js';
import type { ImageEvent } from '../../src/events/contracts/image-events.js';
import { taskEvents } from '../../src/events/contracts/task-events.js';
import type { TaskEvent } from '../../src/events/contracts/task-events.js';
import { EventCodec } from '../../src/events/event-codec.js';
import { CommandHandling } from '../../src/events/handle-command.js';
import type { Untimed } from '../../src/kernel/untimed.js';
import { AuthorizedImageAccess } from '../../src/modules/images/commands/authorized-image-access.js';
import { ClientCommandHandler } from '../../src/modules/images/commands/client-command.handler.js';
import { ImageAuthorization } from '../../src/modules/images/commands/image-authorization.js';
import { ImageCommandHandler } from '../../src/modules/images/commands/image-command.handler.js';
import type { ImageCommand, ImageDescription } from '../../src/modules/images/domain/image.commands.js';
import { ImageQueries } from '../../src/modules/images/queries/image.queries.js';
import type { AskedImport } from '../../src/modules/imports/commands/asked-import.js';
import { CreateImportTaskHandler } from '../../src/modules/imports/commands/create-import-task.handler.js';
import { openKeyManager } from '../../src/key-manager/open-key-manager.js';
import { SignatureChecks } from '../../src/key-manager/signature-checks.js';
import { UnifiedLimits } from '../../src/limits/unified-limits.js';
import { ImportImageHandler } from '../../src/modules/imports/commands/import-image.handler.js';
import { ImportLocks } from '../../src/modules/imports/commands/import-locks.js';
import { EndTaskHandler } from '../../src/modules/tasks/commands/end-task.handler.js';
import { RequestTaskHandler } from '../../src/modules/tasks/commands/request-task.handler.js';
import { TaskCommandHandler } from '../../src/modules/tasks/commands/task-command.handler.js';
import { TaskQueries } from '../../src/modules/tasks/queries/task.queries.js';
import { ExportTargets } from '../../src/outbound/export-targets.js';
import { HttpClient } from '../../src/outbound/http-client.js';
import { HttpUploads } from '../../src/outbound/http-uploads.js';
import { S3Uploads } from '../../src/outbound/s3-uploads.js';
import { UrlFilter } from '../../src/outbound/url-filter.js';
import { loadSecretKey } from '../../src/projections/database/secret-key.js';
import { SqlTaskProgressBoard } from '../../src/projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../../src/projections/database/sql-task-secrets.js';
import { openReadModelDatabase } from '../../src/projections/database/sqlite.js';
import { SqlImageDetailsProjection } from '../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../src/projections/images/sql-image.read-model.js';
import { ProjectionRunner } from '../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../src/projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../../src/projections/tasks/sql-task.read-model.js';
import type { ConfiguredStore, ImageStores } from '../../src/stores/image-store.js';
import { MemoryImageStore } from '../../src/stores/memory/memory.store.js';
import { imageDescription } from './image-description.builder.js';
import { OWNER } from './image-workbench.js';
import { addedLocation } from './added-location.js';

export const ADMIN: Caller = { ...OWNER, userId: 'admin', projectId: 'pa', roles: ['admin'], isAdmin: true };

const MINUTE_MS = 60_000;
const SYSTEM = { actor: { userId: 'system/test', projectId: null, roles: [] }, requestId: null };

const TWO_STORES = {
  OS_DEFAULT__ENABLED_BACKENDS: 'fast:file,slow:file',
  OS_GLANCE_STORE__DEFAULT_BACKEND: 'fast',
  OS_FAST__FILESYSTEM_STORE_DATADIR: '/fast',
  OS_SLOW__FILESYSTEM_STORE_DATADIR: '/slow',
};

/** The options of old, with which clients hear of no stores. */
const ONE_STORE = { OS_GLANCE_STORE__FILESYSTEM_STORE_DATADIR: '/images' };

const store = (id: string, fields: Partial<ConfiguredStore> = {}): [string, ConfiguredStore] => [
  id,
  {
    ...{ id, type: 'memory', description: '', weight: 0, isDefault: false, readOnly: false },
    driver: new MemoryImageStore(),
    ...fields,
  },
];

/** The default `fast`, `slow`, and `web`, which cannot be written to. */
export const threeStores = (): ImageStores =>
  new Map([store('fast', { isDefault: true }), store('slow'), store('web', { readOnly: true })]);

/** An import of staged data, unless a test says otherwise. */
export const askedImport = (fields: Partial<AskedImport> = {}): AskedImport => ({
  imageId: 'i1',
  method: 'glance-direct',
  uri: null,
  checksum: null,
  remoteImage: { region: null, imageId: null, interface: 'public' },
  stores: [],
  storeHeader: null,
  allStores: false,
  allStoresMustSucceed: true,
  ...fields,
});

/** The command side of images and tasks in one process, up to where workers begin; time passes when a test says so. */
export type ImportWorkbench = Awaited<ReturnType<typeof openImportWorkbench>>;

export async function openImportWorkbench(options: Readonly<{ singleStore?: boolean }> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-imports-'));
  const environment = {
    OS_IMPORT_FILTERING_OPTS__DISALLOWED_HOSTS: '198.51.100.66',
    OS_HINDSIGHT__EXPORT_TARGETS: 'https://backup.example/images',
    ...(options.singleStore === true ? ONE_STORE : TWO_STORES),
  };
  const { config } = loadConfig({ files: [], directories: [], environment, commandLine: { dataDir: folder } });
  let passedMs = 0;
  const clock = { now: () => new Date(Date.now() + passedMs) };
  const eventStore = new InMemoryEventStore();
  const codec = EventCodec.of([imageEvents, taskEvents]);
  const database = await openReadModelDatabase(join(folder, 'read-models.sqlite'));
  const projections = new ProjectionRunner<ImageEvent | TaskEvent>(eventStore, codec, database, [
    new SqlImageDetailsProjection(),
    new SqlTaskProjection(),
  ]);
  await projections.migrate();
  const stores = threeStores();
  const imageCodec = EventCodec.of([imageEvents]);
  const taskCommands = new CommandHandling(eventStore, EventCodec.of([taskEvents]), clock);
  const imageCommands = new CommandHandling(eventStore, imageCodec, clock);
  // The handlers only wait for the projections, whose other events are nothing to them.
  const images = new ImageCommandHandler(imageCommands, projections as unknown as ProjectionRunner<ImageEvent>, clock);
  const tasks = new TaskCommandHandler(taskCommands, projections as unknown as ProjectionRunner<TaskEvent>, clock);
  const policy = new ImagePolicy(new RulePolicy());
  const authorization = new ImageAuthorization(policy);
  const clients = new ClientCommandHandler(images, authorization);
  const readModel = new SqlTaskReadModel(database);
  const progress = new SqlTaskProgressBoard(database);
  const secrets = new SqlTaskSecrets(database, await loadSecretKey(folder), clock);
  const endTask = new EndTaskHandler(tasks, secrets, progress, clock, config);
  const locks = new ImportLocks(tasks, endTask, readModel, progress, clock);
  const createTask = new CreateImportTaskHandler(tasks, config);
  const urls = new UrlFilter(config.outbound, () => Promise.resolve([{ address: '198.51.100.7', family: 4 }]));
  const client = new HttpClient(urls, config.outbound.stallTimeoutS);
  const targets = new ExportTargets(
    config.tasks.exportTargets,
    new HttpUploads(client, urls, config.tasks.exportTargets),
    new S3Uploads(config.outbound.s3, config.outbound.stallTimeoutS),
  );

  const keys = await openKeyManager(config);
  const signatures = new SignatureChecks(keys, clock);

  const act = (command: Untimed<ImageCommand>) => images.handle(command, SYSTEM);
  const queued = async (fields: Partial<ImageDescription> = {}, imageId: string = randomUUID()): Promise<string> => {
    const description = imageDescription({ owner: OWNER.projectId, name: null, ...fields });
    await act({ type: 'CreateImage', imageId, description, quotas: config.quotas });
    return imageId;
  };
  return {
    ...{ config, clock, imageCodec, eventStore, images, clients, tasks, readModel, progress, secrets, endTask, stores },
    ...{ createTask, policy, urls },
    limits: new UnifiedLimits(null, new SqlImageReadModel(database)),
    imports: new ImportImageHandler(
      ...([images, clients, authorization, locks, createTask, signatures, urls, secrets, stores, config] as const),
    ),
    requestTask: new RequestTaskHandler(
      tasks,
      urls,
      targets,
      new AuthorizedImageAccess(images, authorization),
      secrets,
      stores,
      keys,
    ),
    imageQueries: new ImageQueries(new SqlImageReadModel(database), policy),
    taskQueries: new TaskQueries(readModel, progress, policy, clock),
    letMinutesPass: (minutes: number): void => void (passedMs += minutes * MINUTE_MS),
    act,
    queued,
    /** An image whose data waits in the staging area. */
    staged: async (fields: Partial<ImageDescription> = {}): Promise<string> => {
      const imageId = await queued(fields);
      await act({ type: 'StartStaging', imageId, uploadId: 'u' });
      await act({ type: 'CompleteStaging', imageId, uploadId: 'u', sizeBytes: 10 });
      return imageId;
    },
    /** An image with data in one store. */
    active: async (storeId = 'fast'): Promise<string> => {
      const imageId = await queued();
      const location = { store: storeId, url: `memory://${imageId}`, metadata: {} };
      await act(addedLocation(imageId, location, 10));
      return imageId;
    },
    /** The task that holds the lock of an image. */
    lockOf: async (imageId: string): Promise<string | null> => (await images.stateOf(imageId)).import?.taskId ?? null,
    tasksOf: (imageId: string) => readModel.ofImage(imageId, ADMIN, clock.now().toISOString()),
    close: async (): Promise<void> => {
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
