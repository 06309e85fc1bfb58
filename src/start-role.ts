import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule, servesHttp } from './app.module.js';
import type { AppParts } from './app.module.js';
import { createIdentity } from './auth/create-identity.js';
import { openBackend } from './backend.js';
import { greeting } from './cli/greeting.js';
import { loadConfigFor } from './cli/global-options.js';
import type { GlobalOptions } from './cli/global-options.js';
import type { Role } from './cli/program.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigError } from './config/config-error.js';
import { fastifyOptions } from './http/fastify-options.js';
import { ProblemFilter } from './http/problem.filter.js';
import { registerEdge } from './http/register-edge.js';
import { createLogger, createRequestLogger, openLogDestination } from './operability/logger.js';
import { MeteredEventStore } from './operability/metered.event-store.js';
import { MeteredImageStore } from './operability/metered.image-store.js';
import { Metrics } from './operability/metrics.js';
import { NestLogger } from './operability/nest-logger.js';
import { observeRequests } from './operability/observe-requests.js';
import { stopSignal } from './stop-signal.js';

/** What uploads that were cut off get to answer their clients and remove their bytes. */
const CLEAN_UP_MS = 5_000;

/**
 * Runs one role until the process is told to stop.
 * @returns the exit code: 0 after a clean stop
 * @throws ConfigError, and what keeps the backend from opening
 */
export async function startRole(role: Role, options: GlobalOptions): Promise<number> {
  const { config, warnings } = loadConfigFor(options, process.env);
  const destination = openLogDestination(config.log.file);
  const logger = createLogger(config.log, destination);
  for (const warning of warnings) logger.warn(warning);
  const metrics = new Metrics();
  const backend = await openBackend(config, {
    wrapEventStore: (eventStore) => new MeteredEventStore(eventStore, metrics),
    wrapImageStore: (storeId, driver) => new MeteredImageStore(storeId, driver, metrics),
    onReadOnlyStore: (store, err) => logger.warn({ store, err }, 'store cannot be written to'),
  });
  try {
    await backend.projections.catchUp();
    metrics.observeProjections(() => backend.projections.status());
    const requestLogger = createRequestLogger(config.log, destination);
    await runUntilStopped(role, { config, backend, metrics, logger, requestLogger });
    return 0;
  } finally {
    await backend.close();
  }
}

async function runUntilStopped(role: Role, open: Omit<AppParts, 'identity' | 'identityApi'>): Promise<void> {
  const { config, backend, logger } = open;
  const parts = { ...open, ...(await createIdentity(config, backend.clock, logger)) };
  const app = servesHttp(role) ? await startApi(role, parts) : await startContext(role, parts);
  const signal = await stopSignal();
  logger.info({ signal }, 'stopping');
  await stop(app, config);
  logger.info('stopped');
}

async function startApi(role: Role, parts: AppParts): Promise<NestFastifyApplication> {
  const { config, identity, metrics, logger, requestLogger } = parts;
  const adapter = new FastifyAdapter(fastifyOptions(config));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRole(role, parts), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  observeRequests(adapter.getInstance(), requestLogger, metrics); // first, to see what the edge refuses
  registerEdge(adapter.getInstance(), identity, config.api);
  app.useGlobalFilters(new ProblemFilter(logger));
  await listen(app, config.api);
  const address = await app.getUrl();
  logger.info({ role, address, data_dir: config.dataDir }, 'ready');
  if (role === 'serve') for (const line of greeting(config, address)) console.error(line);
  return app;
}

/** @throws ConfigError when the address cannot be had */
async function listen(app: NestFastifyApplication, { bindHost, bindPort }: AppConfig['api']): Promise<void> {
  try {
    await app.listen(bindPort, bindHost);
  } catch (error) {
    await app.close(); // what has been started already would keep the process alive
    if (!isSystemError(error)) throw error;
    const problem = `[DEFAULT] bind_host = "${bindHost}", bind_port = "${bindPort}": cannot listen there (${error.message})`;
    throw new ConfigError([problem], { cause: error });
  }
}

async function startContext(role: Role, parts: AppParts): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(AppModule.forRole(role, parts), {
    logger: new NestLogger(parts.logger),
    abortOnError: false,
  });
  parts.logger.info({ role, data_dir: parts.config.dataDir }, 'ready');
  return app;
}

/** Requests in flight may finish; connections that outlive the grace time and the clean-up after it are cut. */
async function stop(app: INestApplicationContext, config: AppConfig): Promise<void> {
  const lastResort = setTimeout(
    () => (isHttp(app) ? app.getHttpServer().closeAllConnections() : undefined),
    config.api.gracefulShutdownTimeoutS * 1000 + CLEAN_UP_MS,
  );
  await app.close();
  clearTimeout(lastResort);
}

const isSystemError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

const isHttp = (app: INestApplicationContext): app is NestFastifyApplication => 'getHttpServer' in app;
