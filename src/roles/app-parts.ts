import type { AppParts } from '../app.module.js';
import { createIdentity } from '../auth/create-identity.js';
import { PropertyProtections } from '../auth/property-protections.js';
import { WatchedPolicy } from '../auth/watched-policy.js';
import { openBackend } from '../backend/backend.js';
import type { Backend } from '../backend/backend.js';
import { loadConfigFor } from '../cli/global-options.js';
import type { RoleOptions } from '../cli/global-options.js';
import type { Role } from '../cli/commands.js';
import type { AppConfig } from '../config/app-config.js';
import { consumerNames } from '../backend/open-consumers.js';
import { opening } from '../kernel/opening.js';
import { createLogger, createRequestLogger } from '../operability/logger.js';
import { openLogOutput } from '../operability/log-output.js';
import { MeteredEventStore } from '../operability/metered.event-store.js';
import { MeteredImageStore } from '../operability/metered.image-store.js';
import { Metrics } from '../operability/metrics.js';
import { observeCache } from '../operability/observe-cache.js';
import type { ProcessPlace } from '../processes/process-place.js';
import { servesHttp } from './role-duties.js';
import { beginConsumers } from '../workers/consumers/begin-consumers.js';

/** What all applications of one process share, whatever configuration each of them was made from. */
export type ProcessParts = Readonly<{
  metrics: Metrics;
  /** Ends what is in flight when the process can wait no longer. */
  cutOff: AbortController;
  /** See LEAVING. */
  leaving: AbortController;
}>;

export const newProcessParts = (): ProcessParts => ({
  metrics: new Metrics(),
  cutOff: new AbortController(),
  leaving: new AbortController(),
});

/** What is to be closed behind an application. */
export type OpenParts = AppParts & Readonly<{ listensOn: (port: number) => Promise<void>; close(): Promise<void> }>;

/**
 * Reads the configuration, and opens what an application of the role is made of.
 * @param place among several processes, whose supervisor has said what there is to say about their configuration; null: there is one
 * @throws ConfigError, and what keeps the backend from opening
 */
export const openAppParts = (
  role: Role,
  options: RoleOptions,
  shared: ProcessParts,
  place: ProcessPlace | null = null,
): Promise<OpenParts> =>
  opening(async (opened) => {
    const { config, warnings } = loadConfigFor(options, process.env, place?.configRole ?? role);
    const output = openLogOutput(config.log);
    opened.defer(() => output.end());
    const logger = createLogger(config.log, output);
    if (place === null) for (const warning of warnings) logger.warn(warning);
    if (place?.speaks === false) logger.level = 'error';
    const policy = await WatchedPolicy.open(config.policy, logger);
    const properties = PropertyProtections.open(config.properties, policy, logger);
    const backend = await openMeteredBackend(role, config, logger, shared.metrics);
    opened.defer(() => backend.close());
    const closed = new AbortController();
    opened.defer(() => closed.abort());
    await backend.projections.fill();
    await beginConsumers(consumerNames(config), backend.eventStore, backend.checkpoints);
    const identity = await createIdentity(config, backend.clock, policy, logger);
    const requestLogger = createRequestLogger(config.log, output);
    const { metrics, cutOff, leaving } = shared;
    logger.level = config.log.level;
    return {
      config,
      backend,
      policy,
      properties,
      metrics,
      cutOff: cutOff.signal,
      leaving: leaving.signal,
      closed: closed.signal,
      logger,
      requestLogger,
      ...identity,
      close: () => opened.disposeAsync(),
    };
  });

/** Opens the parts of a process that never reads its configuration again, and closes them behind what it does. */
export async function withAppParts(
  role: Role,
  options: RoleOptions,
  act: (parts: OpenParts) => Promise<number>,
): Promise<number> {
  const parts = await openAppParts(role, options, newProcessParts());
  try {
    return await act(parts);
  } finally {
    await parts.close();
  }
}

const openMeteredBackend = (
  role: Role,
  config: AppConfig,
  logger: AppParts['logger'],
  metrics: Metrics,
): Promise<Backend> =>
  openBackend(config, {
    withoutCache: !servesHttp(role), // whoever hands out no data neither reads nor fills it
    wrapEventStore: (eventStore) => new MeteredEventStore(eventStore, metrics),
    wrapImageStore: (storeId, driver) => new MeteredImageStore(storeId, driver, metrics),
    cacheObserver: observeCache(metrics, logger),
    onReadOnlyStore: (store, err) => logger.warn({ store, err }, 'store cannot be written to'),
    onReadOnlyStaging: (err) => logger.warn({ err }, 'staging area cannot be written to'),
  });
