import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../../src/auth/caller.js';
import { ImagePolicy } from '../../src/auth/image-policy.js';
import { RulePolicy } from '../../src/auth/rule-policy.js';
import type { AppConfig } from '../../src/config/app-config.js';
import { loadConfig } from '../../src/config/load-config.js';
import { InMemoryEventStore } from '../../src/events/adapters/in-memory/in-memory.event-store.js';
import { imageEvents } from '../../src/events/contracts/image-events.js';
import { taskEvents } from '../../src/events/contracts/task-events.js';
import { EventCodec } from '../../src/events/event-codec.js';
import type { EventStore } from '../../src/events/event-store.js';
import { CommandHandling } from '../../src/events/handle-command.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { ProjectLimits } from '../../src/limits/project-limits.js';
import { UnifiedLimits } from '../../src/limits/unified-limits.js';
import type { KeyManager } from '../../src/key-manager/key-manager.js';
import { openKeyManager } from '../../src/key-manager/open-key-manager.js';
import { SignatureChecks } from '../../src/key-manager/signature-checks.js';
import type { Leases } from '../../src/kernel/lease.js';
import { ChangeImageHandler } from '../../src/modules/images/commands/change-image.handler.js';
import { ClaimedTransfer } from '../../src/modules/images/commands/claimed-transfer.js';
import { ClientCommandHandler } from '../../src/modules/images/commands/client-command.handler.js';
import { DeadUploads } from '../../src/modules/images/commands/dead-uploads.js';
import { DeleteImageHandler } from '../../src/modules/images/commands/delete-image.handler.js';
import { FailDeadUploadHandler } from '../../src/modules/images/commands/fail-dead-upload.handler.js';
import { ImageAuthorization } from '../../src/modules/images/commands/image-authorization.js';
import { ImageCommandHandler } from '../../src/modules/images/commands/image-command.handler.js';
import { ImageDataReceiver } from '../../src/modules/images/commands/image-data.receiver.js';
import { KnownDataFinder } from '../../src/modules/images/commands/known-data.finder.js';
import { LapsedClaims } from '../../src/modules/images/commands/lapsed-claims.js';
import { LocationDataRemover } from '../../src/modules/images/commands/location-data.remover.js';
import { RemoveFromStoreHandler } from '../../src/modules/images/commands/remove-from-store.handler.js';
import { ScrubImageHandler } from '../../src/modules/images/commands/scrub-image.handler.js';
import { StageImageHandler } from '../../src/modules/images/commands/stage-image.handler.js';
import { StorageQuota } from '../../src/modules/images/commands/storage-quota.js';
import { UploadImageHandler } from '../../src/modules/images/commands/upload-image.handler.js';
import { UploadsInFlight } from '../../src/modules/images/commands/uploads-in-flight.js';
import { ExpireTasksHandler } from '../../src/modules/tasks/commands/expire-tasks.handler.js';
import { TaskCommandHandler } from '../../src/modules/tasks/commands/task-command.handler.js';
import { loadSecretKey } from '../../src/projections/database/secret-key.js';
import { SqlLeases } from '../../src/projections/database/sql-leases.js';
import { SqlTaskProgressBoard } from '../../src/projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../../src/projections/database/sql-task-secrets.js';
import { openReadModelDatabase } from '../../src/projections/database/sqlite.js';
import type { ImageReadModel } from '../../src/projections/images/image-details.read-model.js';
import { SqlImageDetailsProjection } from '../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../src/projections/images/sql-image.read-model.js';
import { ProjectionRunner } from '../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../src/projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../../src/projections/tasks/sql-task.read-model.js';
import type { ImageStore, ImageStores } from '../../src/stores/image-store.js';
import { MemoryImageStore } from '../../src/stores/memory/memory.store.js';
import { FilesystemStagingArea } from '../../src/stores/staging/filesystem.staging-area.js';
import { Housekeeping } from '../../src/workers/housekeeping/housekeeping.js';
import { StagingLeftOvers } from '../../src/workers/housekeeping/staging-left-overs.js';

export const OWNER: Caller = {
  userId: 'u1',
  projectId: 'p1',
  roles: ['member', 'reader'],
  serviceRoles: [],
  systemScope: null,
  isAdmin: false,
};

/** What a test may replace, e.g. to let it fail at a certain point. */
export type WorkbenchOptions = Readonly<{
  eventStore?: EventStore;
  driver?: ImageStore;
  wrapLeases?: (leases: Leases) => Leases;
  /** Further stores, beside the default one. */
  otherDrivers?: Readonly<Record<string, ImageStore>>;
  environment?: Readonly<Record<string, string>>;
  /** Unified limits; default: none. */
  limits?: ProjectLimits;
  keyManager?: KeyManager;
}>;

/** The command side of images in one process, on adapters that keep nothing. */
export type ImageWorkbench = Awaited<ReturnType<typeof openImageWorkbench>>;

export async function openImageWorkbench(options: WorkbenchOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-workbench-'));
  const config = testConfig(folder, options.environment ?? {});
  const eventStore = options.eventStore ?? new InMemoryEventStore();
  const driver = options.driver ?? new MemoryImageStore();
  const database = await openReadModelDatabase(join(folder, 'read-models.sqlite'));
  const codec = new EventCodec<any>([imageEvents, taskEvents]);
  const projections = new ProjectionRunner<any>(eventStore, codec, database, [
    new SqlImageDetailsProjection(),
    new SqlTaskProjection(),
  ]);
  await projections.migrate();
  const readModel = new SqlImageReadModel(database);
  const sqlLeases = new SqlLeases(database, systemClock);
  const leases = options.wrapLeases?.(sqlLeases) ?? sqlLeases;
  const stores = storesOf({ local: driver, ...options.otherDrivers });
  const commands = new CommandHandling(eventStore, codec, systemClock);
  const images = new ImageCommandHandler(commands, projections, systemClock);
  const tasks = new TaskCommandHandler(commands, projections, systemClock);
  const authorization = new ImageAuthorization(new ImagePolicy(new RulePolicy()));
  const staging = await FilesystemStagingArea.open(join(folder, 'staging'), false);
  const claims = new LapsedClaims(leases);
  const deadUploads = new DeadUploads(images, claims, stores, staging);
  const keyManager = options.keyManager ?? (await openKeyManager(config));
  const signatures = new SignatureChecks(keyManager, systemClock);
  const limits = new UnifiedLimits(options.limits ?? null, readModel);
  const quota = new StorageQuota(readModel, config);
  const receiver = new ImageDataReceiver(quota, signatures, config);
  const cutOff = new AbortController();
  const inFlight = new UploadsInFlight(cutOff.signal);
  const failDeadUpload = new FailDeadUploadHandler(images, deadUploads);
  const scrubImage = new ScrubImageHandler(images, deadUploads, claims, stores, staging);
  const secrets = new SqlTaskSecrets(database, await loadSecretKey(folder), systemClock);
  const taskReadModel = new SqlTaskReadModel(database);
  const progress = new SqlTaskProgressBoard(database);
  const expireTasks = new ExpireTasksHandler(tasks, taskReadModel, secrets, progress, systemClock);
  const leftOvers = new StagingLeftOvers(images, tasks, claims, staging);
  const remover = new LocationDataRemover(images, claims, stores);
  const clients = new ClientCommandHandler(images, authorization);
  const transfers = new ClaimedTransfer(images, authorization, inFlight, leases, config);
  return {
    config,
    eventStore,
    driver,
    database,
    leases,
    claims,
    staging,
    stores,
    secrets,
    projections,
    readModel,
    images,
    limits,
    keyManager,
    signatures,
    cutOff,
    uploads: new UploadImageHandler(transfers, receiver, limits, stores),
    stagings: new StageImageHandler(transfers, limits, staging, config),
    commands: clients,
    remover,
    deletions: new DeleteImageHandler(
      ...([clients, images, authorization, remover, keyManager, secrets, systemClock, config] as const),
    ),
    removals: new RemoveFromStoreHandler(images, clients, authorization, remover, stores),
    changes: new ChangeImageHandler(
      ...([images, clients, authorization, new KnownDataFinder(stores, config), remover] as const),
      ...([quota, stores, config] as const),
    ),
    failDeadUpload,
    scrubImage,
    tasks,
    taskReadModel,
    housekeeping: (images: ImageReadModel = readModel): Housekeeping =>
      new Housekeeping(
        ...([images, projections, failDeadUpload, scrubImage, expireTasks, leftOvers, systemClock, config] as const),
      ),
    close: async (): Promise<void> => {
      await receiver.onApplicationShutdown();
      await eventStore.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

const testConfig = (dataDir: string, environment: Readonly<Record<string, string>>): AppConfig =>
  loadConfig({ files: [], directories: [], environment, commandLine: { dataDir } }).config;

const storesOf = (drivers: Readonly<Record<string, ImageStore>>): ImageStores =>
  new Map(
    Object.entries(drivers).map(([id, driver]) => [
      id,
      { id, type: 'memory', description: '', weight: 0, isDefault: id === 'local', readOnly: false, driver },
    ]),
  );
