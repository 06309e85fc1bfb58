import { Global, Module } from '@nestjs/common';
import type { DynamicModule, Provider, Type } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Authenticator } from './auth/authenticator.js';
import { ImagePolicy } from './auth/image-policy.js';
import { MetadefPolicy } from './auth/metadef-policy.js';
import { POLICY } from './auth/policy.js';
import type { Policy } from './auth/policy.js';
import { PropertyProtections } from './auth/property-protections.js';
import type { Backend } from './backend/backend.js';
import type { Role } from './cli/commands.js';
import { APP_CONFIG } from './config/app-config.js';
import type { AppConfig } from './config/app-config.js';
import { EventCodec } from './events/event-codec.js';
import { EVENT_STORE } from './events/event-store.js';
import { CommandHandling } from './events/handle-command.js';
import { CLOCK } from './kernel/clock.js';
import { CLOSED } from './kernel/closed.js';
import { CUT_OFF } from './kernel/cut-off.js';
import { DOWNLOAD_OBSERVER } from './kernel/downloads.js';
import { LEAVING } from './kernel/leaving.js';
import { KEY_MANAGER } from './key-manager/key-manager.js';
import { openKeyManager } from './key-manager/open-key-manager.js';
import { LEASES } from './kernel/lease.js';
import { PROPERTY_ACCESS } from './kernel/property-access.js';
import { TASK_PROGRESS } from './kernel/task-progress.js';
import { TASK_SECRETS } from './kernel/task-secrets.js';
import { openLimits } from './limits/open-limits.js';
import { UnifiedLimits } from './limits/unified-limits.js';
import { DiscoveryModule } from './modules/discovery/discovery.module.js';
import { FeedModule } from './modules/feed/feed.module.js';
import { ImagesApiModule } from './modules/images/images-api.module.js';
import { CachedImagesModule } from './modules/images/cached-images.module.js';
import { ImportsApiModule } from './modules/imports/imports-api.module.js';
import { MetadefsApiModule } from './modules/metadefs/metadefs-api.module.js';
import { TasksApiModule } from './modules/tasks/tasks-api.module.js';
import { consumerNames, observeDownloads } from './backend/open-consumers.js';
import { countingFailures, countingUnfiled } from './operability/counting-worker-log.js';
import { Metrics } from './operability/metrics.js';
import { MetricsController } from './operability/metrics.controller.js';
import { observeProjector } from './operability/observe-projector.js';
import { EVENT_INDEX } from './projections/history/event-index.read-model.js';
import { ImageHistory } from './projections/history/image-history.js';
import { StreamHistory } from './projections/history/stream-history.js';
import { IMAGE_READ_MODEL } from './projections/images/image-details.read-model.js';
import { METADEF_READ_MODEL } from './projections/metadefs/metadef.read-model.js';
import { ProjectionRunner } from './projections/projection-runner.js';
import { TASK_READ_MODEL } from './projections/tasks/task.read-model.js';
import { servesHttp } from './roles/role-duties.js';
import { IMAGE_CACHE } from './stores/image-cache.js';
import { IMAGE_STORES } from './stores/image-store.js';
import { STAGING_AREA } from './stores/staging/staging-area.js';
import { CacheKeeperModule } from './workers/cache/cache-keeper.module.js';
import { CACHE_KEEPER_LOG } from './workers/cache/cache-keeper-log.js';
import { REACTOR_CHECKPOINTS } from './workers/reactor.js';
import { CONSUMER_CHECKPOINTS, CONSUMER_LOG, CONSUMER_METER } from './workers/consumers/consumer.js';
import type { ConsumerLog } from './workers/consumers/consumer.js';
import { ConsumersModule } from './workers/consumers/consumers.module.js';
import { HousekeepingModule } from './workers/housekeeping/housekeeping.module.js';
import { ScrubberDaemonModule } from './workers/housekeeping/scrubber-daemon.module.js';
import { ScrubberModule } from './workers/housekeeping/scrubber.module.js';
import { NOTARY_LOG } from './workers/notary/notary-log.js';
import { NotaryModule } from './workers/notary/notary.module.js';
import { NOTIFIERS } from './workers/notifications/notifier.js';
import type { Notifier } from './workers/notifications/notifier.js';
import { openNotifiers } from './workers/notifications/open-notifiers.js';
import { JOB_QUEUE_LOG } from './workers/queue/job-queue-log.js';
import { WORKER_LOG } from './workers/worker-log.js';
import { PROJECTOR_OBSERVER } from './workers/projector/projector-observer.js';
import { ProjectorModule } from './workers/projector/projector.module.js';
import { FOLLOWING_READ_MODELS } from './workers/projector/projector.service.js';
import {
  loggingCacheKeeper,
  loggingConsumers,
  loggingJobs,
  loggingNotary,
  loggingNotifications,
  loggingWorkers,
} from './workers/pino-worker-log.js';
import { WorkerModule } from './workers/worker.module.js';

/** What a process is made of, once its configuration is read and its backend is open. */
export type AppParts = Readonly<{
  config: AppConfig;
  backend: Backend;
  policy: Policy;
  properties: PropertyProtections;
  authenticator: Authenticator;
  /** Serves tokens and accounts itself; null when another service does. */
  identityApi: DynamicModule | null;
  metrics: Metrics;
  /** See CUT_OFF. */
  cutOff: AbortSignal;
  /** See LEAVING. */
  leaving: AbortSignal;
  /** See CLOSED. */
  closed: AbortSignal;
  logger: Logger;
  requestLogger: Logger;
}>;

/** Here the adapters meet the ports; which modules run follows from the process' role. */
@Global()
@Module({})
export class AppModule {
  static forRole(role: Role, parts: AppParts): DynamicModule {
    const providers = ports(parts);
    return {
      module: AppModule,
      imports: modulesOf(role, parts),
      controllers: servesHttp(role) ? [MetricsController] : [],
      providers,
      exports: providers.map((provider) => (typeof provider === 'function' ? provider : provider.provide)),
    };
  }
}

function modulesOf(role: Role, { config, backend, identityApi }: AppParts): (Type | DynamicModule)[] {
  const identity = identityApi === null ? [] : [identityApi];
  const cache =
    config.cache === null ? [] : [CacheKeeperModule, ...(config.cache.managementApi ? [CachedImagesModule] : [])];
  const consumers = consumerNames(config).length === 0 ? [] : [ConsumersModule.on(backend)];
  const base = [ImagesApiModule, ImportsApiModule, TasksApiModule, MetadefsApiModule, FeedModule];
  const api = [...base, ...cache, ...identity, DiscoveryModule];
  switch (role) {
    case 'serve':
      return [...api, WorkerModule.forConfig(config), ...consumers, NotaryModule, ScrubberModule];
    case 'api':
      return api;
    case 'worker':
      return [WorkerModule.forConfig(config), ...consumers, NotaryModule];
    case 'projector':
      return [ProjectorModule];
    case 'scrubber':
      return [config.deletion.daemon ? ScrubberDaemonModule : HousekeepingModule];
  }
}

function ports(parts: AppParts): Exclude<Provider, Type>[] {
  const { config, backend, policy, properties, metrics, cutOff, leaving, closed, logger } = parts;
  return [
    { provide: APP_CONFIG, useValue: config },
    { provide: CLOCK, useValue: backend.clock },
    { provide: CUT_OFF, useValue: cutOff },
    { provide: LEAVING, useValue: leaving },
    { provide: CLOSED, useValue: closed },
    { provide: EVENT_STORE, useValue: backend.eventStore },
    { provide: EventCodec, useValue: backend.codec },
    { provide: CommandHandling, useValue: new CommandHandling(backend.eventStore, backend.codec, backend.clock) },
    { provide: ProjectionRunner, useValue: backend.projections },
    { provide: IMAGE_READ_MODEL, useValue: backend.images },
    { provide: EVENT_INDEX, useValue: backend.eventIndex },
    { provide: ImageHistory, useValue: new ImageHistory(backend.eventStore, backend.codec) },
    { provide: StreamHistory, useValue: new StreamHistory(backend.eventStore, backend.codec) },
    { provide: TASK_READ_MODEL, useValue: backend.tasks },
    { provide: METADEF_READ_MODEL, useValue: backend.metadefs },
    { provide: TASK_PROGRESS, useValue: backend.taskProgress },
    { provide: TASK_SECRETS, useValue: backend.taskSecrets },
    { provide: STAGING_AREA, useValue: backend.staging },
    { provide: LEASES, useValue: backend.leases },
    { provide: IMAGE_STORES, useValue: backend.stores },
    { provide: IMAGE_CACHE, useValue: backend.cache },
    { provide: REACTOR_CHECKPOINTS, useValue: backend.checkpoints },
    { provide: CONSUMER_CHECKPOINTS, useValue: backend.checkpoints },
    { provide: CONSUMER_LOG, useValue: loggingConsumers(logger) },
    { provide: CONSUMER_METER, useValue: metrics.consumers },
    { provide: NOTIFIERS, useFactory: () => openNotifiers(config.notifications, loggingNotifications(logger)) },
    {
      provide: DOWNLOAD_OBSERVER,
      inject: [NOTIFIERS, CONSUMER_LOG],
      useFactory: (notifiers: readonly Notifier[], log: ConsumerLog) =>
        observeDownloads(config, notifiers, log, backend.clock),
    },
    { provide: CACHE_KEEPER_LOG, useValue: loggingCacheKeeper(logger) },
    { provide: JOB_QUEUE_LOG, useValue: loggingJobs(logger) },
    { provide: NOTARY_LOG, useValue: countingUnfiled(loggingNotary(logger), metrics) },
    { provide: WORKER_LOG, useValue: countingFailures(loggingWorkers(logger), metrics) },
    { provide: FOLLOWING_READ_MODELS, useValue: [backend.projections, backend.indexing] },
    { provide: PROJECTOR_OBSERVER, useValue: observeProjector(metrics, logger) },
    { provide: POLICY, useValue: policy },
    { provide: PropertyProtections, useValue: properties },
    { provide: PROPERTY_ACCESS, useValue: properties },
    { provide: ImagePolicy, useValue: new ImagePolicy(policy) },
    { provide: KEY_MANAGER, useFactory: () => openKeyManager(config) },
    { provide: UnifiedLimits, useFactory: () => openLimits(config.limits, backend.images, backend.clock) },
    { provide: MetadefPolicy, useValue: new MetadefPolicy(policy) },
    { provide: Metrics, useValue: metrics },
  ];
}
