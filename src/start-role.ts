import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { AppModule, doesJobs, servesHttp } from './app.module.js';
import type { AppParts } from './app.module.js';
import { AnonymousIdentity } from './auth/anonymous-identity.js';
import { greeting } from './cli/greeting.js';
import type { GlobalOptions } from './cli/global-options.js';
import type { Role } from './cli/program.js';
import { EXIT } from './cli/run-program.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigError } from './config/config-error.js';
import { fastifyOptions } from './http/fastify-options.js';
import { ProblemFilter } from './http/problem.filter.js';
import { registerEdge } from './http/register-edge.js';
import { NestLogger } from './operability/nest-logger.js';
import { observeRequests } from './operability/observe-requests.js';
import { stopSignal } from './stop-signal.js';
import { withAppParts } from './with-app-parts.js';
import { JOB_QUEUE } from './workers/queue/job-queue.js';
import type { JobQueue } from './workers/queue/job-queue.js';

/** What uploads that were cut off get to answer their clients and remove their bytes. */
const CLEAN_UP_MS = 5_000;

/**
 * Runs one role until the process is told to stop.
 * @returns the exit code: 0 after a clean stop
 * @throws ConfigError, and what keeps the backend from opening
 */
export const startRole = (role: Role, options: GlobalOptions): Promise<number> =>
  withAppParts(options, async (parts) => {
    await runUntilStopped(role, parts);
    return EXIT.ok;
  });

export async function runUntilStopped(role: Role, parts: AppParts): Promise<void> {
  const { config, logger } = parts;
  const app = servesHttp(role) ? await startApi(role, parts) : await openContext(AppModule.forRole(role, parts), parts);
  if (!servesHttp(role)) logger.info({ role, data_dir: config.dataDir }, 'ready');
  if (doesJobs(role)) parts.metrics.observeJobs(() => app.get<JobQueue>(JOB_QUEUE, { strict: false }).counts());
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
  registerEdge(adapter.getInstance(), config.edge.allowAnonymous ? new AnonymousIdentity(identity) : identity, config);
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

/** An application that serves nobody. */
export const openContext = (module: DynamicModule, { logger }: AppParts): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(module, { logger: new NestLogger(logger), abortOnError: false });

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
