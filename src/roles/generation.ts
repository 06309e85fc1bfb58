import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import type { AppParts } from '../app.module.js';
import { AnonymousAuthenticator } from '../auth/anonymous-authenticator.js';
import { openAppParts } from './app-parts.js';
import type { OpenParts, ProcessParts } from './app-parts.js';
import type { RoleOptions } from '../cli/global-options.js';
import type { Role } from '../cli/commands.js';
import { ApplicationServer } from '../http/application-server.js';
import { fastifyOptions } from '../http/fastify-options.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { registerEdge } from '../http/register-edge.js';
import { AuditLog } from '../modules/audit/commands/audit-log.js';
import { consumerNames } from '../backend/open-consumers.js';
import { NestLogger } from '../operability/nest-logger.js';
import { observeRequests } from '../operability/observe-requests.js';
import type { ProcessPlace } from '../processes/process-place.js';
import { doesJobs, servesHttp } from './role-duties.js';
import { consumerLags } from '../workers/consumers/consumer-lags.js';
import { JOB_QUEUE } from '../workers/queue/job-queue.js';
import type { JobQueue } from '../workers/queue/job-queue.js';
import { ProjectorService } from '../workers/projector/projector.service.js';

/** One application, made from one reading of the configuration. The next reading makes another one beside it. */
export class Generation {
  private constructor(
    readonly parts: OpenParts,
    /** Null when the role answers no requests. */
    readonly server: ApplicationServer | null,
    private readonly app: INestApplicationContext,
  ) {}

  /** @throws ConfigError, and what keeps the backend from opening; nothing is left open then */
  static async start(
    role: Role,
    options: RoleOptions,
    shared: ProcessParts,
    place: ProcessPlace | null,
  ): Promise<Generation> {
    const parts = await openAppParts(role, options, shared, place);
    try {
      const { app, server } = servesHttp(role) ? await startApi(role, parts) : await startContext(role, parts);
      return new Generation(parts, server, app);
    } catch (error) {
      await parts.close();
      throw error;
    }
  }

  /** Lets metrics look at the jobs of this application. */
  observe(role: Role): void {
    const { config, metrics, backend } = this.parts;
    const { projections, indexing } = backend;
    metrics.observeProjections(async () => [...(await projections.status()), ...(await indexing.status())]);
    const audit = new AuditLog(backend.eventStore, backend.clock);
    metrics.observeAudit(() => audit.status());
    metrics.observeConsumers(() => consumerLags(consumerNames(config), backend.eventStore, backend.checkpoints));
    const { cache } = backend;
    if (cache !== null) metrics.observeCache(() => cache.list());
    if (doesJobs(role)) metrics.observeJobs(() => this.app.get<JobQueue>(JOB_QUEUE, { strict: false }).counts());
  }

  /** Why this application does not do what it is there for, in a few words; null: it does. */
  async problem(role: Role): Promise<string | null> {
    if (role !== 'projector') return null;
    const problem = await this.app.get(ProjectorService, { strict: false }).problem();
    return problem === null ? null : `STOPPED: ${problem instanceof Error ? problem.name : 'unknown error'}`;
  }

  /** Begins nothing more, and ends when all that it has begun is done, or cut off. */
  async end(lastWords: string): Promise<void> {
    await this.app.close();
    this.parts.logger.info(lastWords);
    await this.parts.close();
  }
}

type Started = Readonly<{ app: INestApplicationContext; server: ApplicationServer | null }>;

async function startApi(role: Role, parts: AppParts): Promise<Started> {
  const { config, authenticator, metrics, logger, requestLogger } = parts;
  const adapter = new FastifyAdapter(fastifyOptions(config));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRole(role, parts), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  const server = new ApplicationServer(fastify.server);
  observeRequests(fastify, requestLogger, metrics); // first, to see what the edge refuses
  const { allowAnonymous } = config.edge;
  registerEdge(fastify, allowAnonymous ? new AnonymousAuthenticator(authenticator) : authenticator, config);
  fastify.addHook('preClose', () => server.finish());
  app.useGlobalFilters(new ProblemFilter(logger));
  await app.init();
  await fastify.ready();
  return { app, server };
}

const startContext = async (role: Role, parts: AppParts): Promise<Started> => ({
  app: await openContext(AppModule.forRole(role, parts), parts),
  server: null,
});

/** An application that serves nobody. */
export const openContext = (module: DynamicModule, { logger }: AppParts): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(module, { logger: new NestLogger(logger), abortOnError: false });
