import { readFile } from 'node:fs/promises';
import type { AppConfig, CacheConfig, HttpStoreConfig } from '../config/app-config.js';
import { databaseFiles } from './database-files.js';
import { auditEvents } from '../events/contracts/audit-events.js';
import type { AuditEvent } from '../events/contracts/audit-events.js';
import { imageEvents } from '../events/contracts/image-events.js';
import type { ImageEvent } from '../events/contracts/image-events.js';
import { metadefEvents } from '../events/contracts/metadef-events.js';
import type { MetadefEvent } from '../events/contracts/metadef-events.js';
import { taskEvents } from '../events/contracts/task-events.js';
import type { TaskEvent } from '../events/contracts/task-events.js';
import { EventCodec } from '../events/event-codec.js';
import type { EventStore } from '../events/event-store.js';
import { opening } from '../kernel/opening.js';
import { systemClock } from '../kernel/clock.js';
import type { Clock } from '../kernel/clock.js';
import type { DeadLetters } from '../kernel/dead-letters.js';
import type { Leases } from '../kernel/lease.js';
import type { TaskProgressBoard } from '../kernel/task-progress.js';
import type { TaskSecrets } from '../kernel/task-secrets.js';
import { openEventStore } from './open-event-store.js';
import { openReadModels } from './open-read-models.js';
import type { ReadModelDatabase } from '../projections/database/read-model-database.js';
import { loadSecretKey } from '../projections/database/secret-key.js';
import { SqlCacheLedger } from '../projections/database/sql-cache-ledger.js';
import { SqlConsumerCheckpoints } from '../projections/database/sql-consumer-checkpoints.js';
import { SqlDeadLetters } from '../projections/database/sql-dead-letters.js';
import { SqlLeases } from '../projections/database/sql-leases.js';
import { SqlTaskProgressBoard } from '../projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../projections/database/sql-task-secrets.js';
import type { EventIndex } from '../projections/history/event-index.read-model.js';
import { SqlEventIndexProjection } from '../projections/history/sql-event-index.projection.js';
import { SqlEventIndex } from '../projections/history/sql-event-index.js';
import { hasData } from '../projections/images/has-data.js';
import type { ImageReadModel } from '../projections/images/image-details.read-model.js';
import { SqlImageDetailsProjection } from '../projections/images/sql-image-details.projection.js';
import { SqlImageReadModel } from '../projections/images/sql-image.read-model.js';
import type { MetadefReadModel } from '../projections/metadefs/metadef.read-model.js';
import { SqlMetadefProjection } from '../projections/metadefs/sql-metadef.projection.js';
import { SqlMetadefReadModel } from '../projections/metadefs/sql-metadef.read-model.js';
import { ProjectionRunner } from '../projections/projection-runner.js';
import { SqlTaskProjection } from '../projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../projections/tasks/sql-task.read-model.js';
import type { TaskReadModel } from '../projections/tasks/task.read-model.js';
import type { CacheObserver } from '../stores/cache/cache-observer.js';
import type { OpenedCache } from '../stores/cache/open-cache.js';
import { openStores } from '../stores/configured-stores.js';
import type { ImageStore, ImageStores } from '../stores/image-store.js';
import { FilesystemStagingArea } from '../stores/staging/filesystem.staging-area.js';
import type { StagingArea } from '../stores/staging/staging-area.js';
import type { ConsumerCheckpoints } from '../workers/consumers/consumer.js';

/** All events that this program knows. */
export type AppEvent = ImageEvent | TaskEvent | MetadefEvent | AuditEvent;

/** Everything that keeps state, opened as the configuration says. What is above it does not know which adapters these are. */
export type Backend = Readonly<{
  clock: Clock;
  eventStore: EventStore;
  codec: EventCodec<AppEvent>;
  database: ReadModelDatabase;
  projections: ProjectionRunner<AppEvent>;
  /** Of read models that nobody waits for but who asks them. */
  indexing: ProjectionRunner<AppEvent>;
  checkpoints: ConsumerCheckpoints;
  deadLetters: DeadLetters;
  eventIndex: EventIndex;
  images: ImageReadModel;
  tasks: TaskReadModel;
  metadefs: MetadefReadModel;
  taskProgress: TaskProgressBoard;
  taskSecrets: TaskSecrets;
  leases: Leases;
  stores: ImageStores;
  staging: StagingArea;
  /** Null: none is configured, or none is wanted. */
  cache: OpenedCache | null;
  close(): Promise<void>;
}>;

/** What may be wrapped around the opened adapters, e.g. to count what they do, and what is not needed. */
type BackendOptions = Readonly<{
  /** Leaves the image cache alone: its folder need not even be there. */
  withoutCache?: boolean;
  wrapEventStore?: (eventStore: EventStore) => EventStore;
  wrapImageStore?: (storeId: string, driver: ImageStore) => ImageStore;
  onReadOnlyStore?: (storeId: string, reason: Error) => void;
  onReadOnlyStaging?: (reason: Error) => void;
  cacheObserver?: CacheObserver;
}>;

/** Events that are indexed in one go while others are served. */
const INDEXED_AT_ONCE = 250;

/** @throws ConfigError, EventStoreUnavailable, ReadModelUnavailable, and what the log's reader stops at */
export const openBackend = (config: AppConfig, options: BackendOptions = {}): Promise<Backend> =>
  opening((opened) => openEach(config, options, opened));

async function openEach(config: AppConfig, options: BackendOptions, opened: AsyncDisposableStack): Promise<Backend> {
  const files = databaseFiles(config);
  const plainEventStore = await openEventStore(config, files);
  const eventStore = options.wrapEventStore?.(plainEventStore) ?? plainEventStore;
  opened.defer(() => eventStore.close());
  const codec = EventCodec.of([imageEvents, taskEvents, metadefEvents, auditEvents]);
  const database = await openReadModels(config, files.readModels);
  opened.defer(() => database.close());
  const projections = new ProjectionRunner<AppEvent>(eventStore, codec, database, [
    new SqlImageDetailsProjection(),
    new SqlTaskProjection(),
    new SqlMetadefProjection(),
  ]);
  await projections.migrate();
  const [index, batch] = [new SqlEventIndexProjection(), INDEXED_AT_ONCE];
  const indexing = new ProjectionRunner<AppEvent>(eventStore, codec, database, [index], batch);
  await indexing.migrate();
  const staging = await FilesystemStagingArea.open(config.stagingDir, config.uploads.directIo);
  if (staging.writeFailure !== null) options.onReadOnlyStaging?.(staging.writeFailure);
  const images = new SqlImageReadModel(database);
  const leases = new SqlLeases(database, systemClock);
  const wantsCache = options.withoutCache !== true && config.cache !== null;
  const cache = wantsCache ? await openCache(config.cache, { database, images, leases }, options) : null;
  if (cache !== null) opened.defer(() => cache.close());
  return {
    clock: systemClock,
    eventStore,
    codec,
    database,
    projections,
    indexing,
    eventIndex: new SqlEventIndex(database, eventStore, indexing),
    checkpoints: new SqlConsumerCheckpoints(database),
    deadLetters: new SqlDeadLetters(database),
    images,
    tasks: new SqlTaskReadModel(database),
    metadefs: new SqlMetadefReadModel(database),
    taskProgress: new SqlTaskProgressBoard(database),
    taskSecrets: new SqlTaskSecrets(database, await loadSecretKey(config.dataDir), systemClock),
    leases,
    staging,
    stores: await openStores(config, {
      wrap: options.wrapImageStore,
      onReadOnly: options.onReadOnlyStore,
      openHttp: (store) => openHttpStore(store, config),
    }),
    cache,
    close: () => opened.disposeAsync(),
  };
}

/** Most deployments have none: only those that do load it. @throws CacheUnavailable */
async function openCache(
  config: CacheConfig,
  { database, images, leases }: Pick<Backend, 'database' | 'images' | 'leases'>,
  { cacheObserver }: BackendOptions,
): Promise<OpenedCache> {
  const { openImageCache } = await import('../stores/cache/open-cache.js');
  return openImageCache(config, {
    leases,
    clock: systemClock,
    sharedLedger: (nodeUrl) => new SqlCacheLedger(database, nodeUrl),
    exists: async (imageId) => hasData(await images.find(imageId)),
    ...(cacheObserver !== undefined && { observer: cacheObserver }),
  });
}

/** Loaded only where such a store is configured. */
async function openHttpStore({ insecure, caFile }: HttpStoreConfig, { outbound }: AppConfig): Promise<ImageStore> {
  const [{ HttpImageStore }, { HttpClient }, { RemoteFiles }, { UrlFilter }] = await Promise.all([
    import('../stores/http/http.store.js'),
    import('../outbound/http-client.js'),
    import('../outbound/remote-files.js'),
    import('../outbound/url-filter.js'),
  ]);
  const ca = caFile === null ? null : await readFile(caFile, 'utf8');
  const client = new HttpClient(new UrlFilter(outbound), outbound.stallTimeoutS, { insecure, ca });
  return new HttpImageStore(new RemoteFiles(client));
}
