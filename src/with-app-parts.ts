import type { AppParts } from './app.module.js';
import { createIdentity } from './auth/create-identity.js';
import { PropertyProtections } from './auth/property-protections.js';
import { WatchedPolicy } from './auth/watched-policy.js';
import { openBackend } from './backend.js';
import { loadConfigFor } from './cli/global-options.js';
import type { RoleOptions } from './cli/global-options.js';
import { createLogger, createRequestLogger, openLogDestination } from './operability/logger.js';
import { MeteredEventStore } from './operability/metered.event-store.js';
import { MeteredImageStore } from './operability/metered.image-store.js';
import { observeCache } from './operability/observe-cache.js';
import { Metrics } from './operability/metrics.js';

/**
 * Opens what a role's process is made of, and closes it again behind what the role does.
 * @throws ConfigError, and what keeps the backend from opening
 */
export async function withAppParts(options: RoleOptions, act: (parts: AppParts) => Promise<number>): Promise<number> {
  const { config, warnings } = loadConfigFor(options, process.env);
  const destination = openLogDestination(config.log.file);
  const logger = createLogger(config.log, destination);
  for (const warning of warnings) logger.warn(warning);
  const policy = await WatchedPolicy.open(config.policy, logger);
  const properties = PropertyProtections.open(config.properties, policy, logger);
  const metrics = new Metrics();
  const backend = await openBackend(config, {
    wrapEventStore: (eventStore) => new MeteredEventStore(eventStore, metrics),
    wrapImageStore: (storeId, driver) => new MeteredImageStore(storeId, driver, metrics),
    onReadOnlyStore: (store, err) => logger.warn({ store, err }, 'store cannot be written to'),
    cacheObserver: observeCache(metrics, logger),
    onReadOnlyStaging: (err) => logger.warn({ err }, 'staging area cannot be written to'),
  });
  try {
    await backend.projections.catchUp();
    metrics.observeProjections(() => backend.projections.status());
    const { cache } = backend;
    if (cache !== null) metrics.observeCache(() => cache.list());
    const requestLogger = createRequestLogger(config.log, destination);
    const identity = await createIdentity(config, backend.clock, logger);
    return await act({ config, backend, policy, properties, metrics, logger, requestLogger, ...identity });
  } finally {
    await backend.close();
  }
}
