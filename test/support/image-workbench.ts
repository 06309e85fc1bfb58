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
import { EventCodec } from '../../src/events/event-codec.js';
import type { EventStore } from '../../src/events/event-store.js';
import { CommandHandling } from '../../src/events/handle-command.js';
import { systemClock } from '../../src/kernel/clock.js';
import type { Leases } from '../../src/kernel/lease.js';
import { ClientCommandHandler } from '../../src/modules/images/commands/client-command.handler.js';
import { DeadUploads } from '../../src/modules/images/commands/dead-uploads.js';
import { FailDeadUploadHandler } from '../../src/modules/images/commands/fail-dead-upload.handler.js';
import { ImageAuthorization } from '../../src/modules/images/commands/image-authorization.js';
import { ImageCommandHandler } from '../../src/modules/images/commands/image-command.handler.js';
import { ImageDataReceiver } from '../../src/modules/images/commands/image-data.receiver.js';
import { ScrubImageHandler } from '../../src/modules/images/commands/scrub-image.handler.js';
import { UploadImageHandler } from '../../src/modules/images/commands/upload-image.handler.js';
import { UploadsInFlight } from '../../src/modules/images/commands/uploads-in-flight.js';
import { SqlLeases } from '../../src/projections/database/sql-leases.js';
import { openReadModelDatabase } from '../../src/projections/database/sqlite.js';
import { SqlImageDetailsProjection } from '../../src/projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../../src/projections/images/sql-image.read-model.js';
import { ProjectionRunner } from '../../src/projections/projection-runner.js';
import type { ImageStore, ImageStores } from '../../src/stores/image-store.js';
import { MemoryImageStore } from '../../src/stores/memory/memory.store.js';

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
  environment?: Readonly<Record<string, string>>;
}>;

/** The command side of images in one process, on adapters that keep nothing. */
export type ImageWorkbench = Awaited<ReturnType<typeof openImageWorkbench>>;

export async function openImageWorkbench(options: WorkbenchOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-workbench-'));
  const config = testConfig(folder, options.environment ?? {});
  const eventStore = options.eventStore ?? new InMemoryEventStore();
  const driver = options.driver ?? new MemoryImageStore();
  const database = await openReadModelDatabase(join(folder, 'read-models.sqlite'));
  const codec = EventCodec.of([imageEvents]);
  const projections = new ProjectionRunner(eventStore, codec, database, [new SqlImageDetailsProjection()]);
  await projections.migrate();
  const readModel = new SqlImageReadModel(database);
  const sqlLeases = new SqlLeases(database, systemClock);
  const leases = options.wrapLeases?.(sqlLeases) ?? sqlLeases;
  const stores: ImageStores = new Map([
    ['local', { id: 'local', type: 'memory', description: '', weight: 0, isDefault: true, readOnly: false, driver }],
  ]);
  const images = new ImageCommandHandler(new CommandHandling(eventStore, codec, systemClock), projections, systemClock);
  const authorization = new ImageAuthorization(new ImagePolicy(new RulePolicy()));
  const deadUploads = new DeadUploads(images, stores, leases);
  const receiver = new ImageDataReceiver(readModel, config);
  const inFlight = new UploadsInFlight(config);
  const uploads = new UploadImageHandler(images, authorization, receiver, inFlight, stores, leases, config);
  return {
    config,
    eventStore,
    driver,
    leases,
    projections,
    readModel,
    images,
    inFlight,
    uploads,
    commands: new ClientCommandHandler(images, authorization),
    failDeadUpload: new FailDeadUploadHandler(images, deadUploads),
    scrubImage: new ScrubImageHandler(images, deadUploads, stores),
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
