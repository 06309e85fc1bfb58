import {
  Controller,
  Delete,
  Get,
  Global,
  HttpCode,
  Module,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsString, MaxLength } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnonymousAuthenticator } from '../../../src/auth/anonymous-authenticator.js';
import type { Caller } from '../../../src/auth/caller.js';
import { ImagePolicy } from '../../../src/auth/image-policy.js';
import { RulePolicy } from '../../../src/auth/rule-policy.js';
import { APP_CONFIG } from '../../../src/config/app-config.js';
import type { AppConfig } from '../../../src/config/app-config.js';
import { loadConfig } from '../../../src/config/load-config.js';
import { Context } from '../../../src/http/context.decorator.js';
import { EmptyReply } from '../../../src/http/empty-reply.js';
import { fastifyOptions } from '../../../src/http/fastify-options.js';
import { JsonBody } from '../../../src/http/json-body.decorator.js';
import { ProblemFilter } from '../../../src/http/problem.filter.js';
import type { QueryParameters } from '../../../src/http/query-parameters.js';
import { registerEdge } from '../../../src/http/register-edge.js';
import type { RequestContext } from '../../../src/http/request-context.js';
import { DiscoveryModule } from '../../../src/modules/discovery/discovery.module.js';
import { ImageNotFound } from '../../../src/modules/images/domain/image.errors.js';
import { ImageSchema } from '../../../src/modules/images/http/schemas/image-schema.js';
import { LEAVING } from '../../../src/kernel/leaving.js';
import { SchemasController } from '../../../src/modules/images/http/schemas/schemas.controller.js';
import { UnifiedLimits } from '../../../src/limits/unified-limits.js';
import { NO_USAGE } from '../../../src/projections/images/project-usage.js';
import { IMAGE_STORES } from '../../../src/stores/image-store.js';
import type { ConfiguredStore, ImageStores } from '../../../src/stores/image-store.js';

class MemberDto {
  @IsString()
  @MaxLength(5)
  readonly member!: string;
}

/** Stands where the image API stands, with one handler for each thing that the edge does for handlers. */
@Controller('v2/images')
class ProbeController {
  @Get()
  list(@Query() query: QueryParameters, @Context() context: RequestContext): object {
    return { query: [...query], context, text: 'é' };
  }

  @Post()
  create(@JsonBody() body: object): object {
    return { names: Object.keys(body) };
  }

  @Get(':id')
  show(@Param('id') id: string): object {
    throw id === 'bug' ? new TypeError('secret /path') : new ImageNotFound(`No image found with ID ${id}`);
  }

  @Patch(':id')
  patch(): object {
    return {};
  }

  @Delete(':id')
  @EmptyReply(204)
  delete(): void {}

  @Get(':id/file')
  @HttpCode(204)
  file(): void {}

  @Put(':id/file')
  async upload(@Req() request: FastifyRequest): Promise<object> {
    let bytes = 0;
    for await (const chunk of request.raw) bytes += (chunk as Buffer).length;
    return { bytes };
  }

  @Put(':id/tags/:tag')
  tag(@Param('id') id: string, @Param('tag') tag: string): object {
    return { id, tag };
  }

  @Post(':id/members')
  @HttpCode(200)
  member(@JsonBody(MemberDto) body: MemberDto): object {
    return { kind: body.constructor.name, member: body.member };
  }

  @Post(':id/import')
  @EmptyReply(202)
  import(): void {}

  @Get(':id/locations')
  broken(@Res() reply: FastifyReply): void {
    reply.hijack();
    reply.raw.writeHead(200, { 'Content-Length': 100 });
    reply.raw.write('some bytes');
    throw new Error('store went away');
  }
}

@Controller('identity/v3')
class IdentityProbeController {
  @Get()
  version(): object {
    return { version: 'v3' };
  }
}

@Global()
@Module({})
class ProbeModule {
  static with(config: AppConfig, stores: ImageStores): DynamicModule {
    return {
      module: ProbeModule,
      controllers: [ProbeController, IdentityProbeController, SchemasController],
      providers: [
        ImageSchema,
        { provide: APP_CONFIG, useValue: config },
        { provide: IMAGE_STORES, useValue: stores },
        { provide: LEAVING, useValue: new AbortController().signal },
        { provide: ImagePolicy, useValue: new ImagePolicy(new RulePolicy()) },
        { provide: UnifiedLimits, useValue: new UnifiedLimits(null, { usageOf: () => Promise.resolve(NO_USAGE) }) },
      ],
      exports: [APP_CONFIG, IMAGE_STORES, LEAVING, ImagePolicy, UnifiedLimits],
      imports: [DiscoveryModule],
    };
  }
}

const CHALLENGE = 'Keystone uri="http://keystone.example:5000"';

const callers: Readonly<Record<string, Partial<Caller>>> = {
  member: { roles: ['member', 'reader'] },
  admin: { roles: ['admin', 'member', 'reader'], isAdmin: true },
};

/** Knows the tokens `member` and `admin`. */
const authenticator = {
  challenge: CHALLENGE,
  authenticate: (headers: Readonly<Record<string, unknown>>): Promise<Caller | null> => {
    const known = callers[String(headers['x-auth-token'])];
    const base = { userId: 'u', projectId: 'p1', roles: [], serviceRoles: [], systemScope: null, isAdmin: false };
    return Promise.resolve(known === undefined ? null : { ...base, ...known });
  },
};

type EdgeSettings = Readonly<{
  multipleStores?: boolean;
  stores?: readonly Partial<ConfiguredStore>[];
  api?: Partial<AppConfig['api']>;
  environment?: Readonly<Record<string, string>>;
}>;

export type EdgeApp = Readonly<{ url: string; failures: readonly unknown[]; close: () => Promise<void> }>;

/** A real server on a free port with the edge, the discovery module and probes for handlers. */
export async function startEdge(settings: EdgeSettings = {}): Promise<EdgeApp> {
  const config = configWith(settings);
  const stores = new Map((settings.stores ?? []).map((store) => [store.id ?? '', store as ConfiguredStore]));
  const adapter = new FastifyAdapter(fastifyOptions(config));

  const app = await NestFactory.create<NestFastifyApplication>(ProbeModule.with(config, stores), adapter, {
    bodyParser: false,
    logger: false,
  });
  registerEdge(
    adapter.getInstance(),
    config.edge.allowAnonymous ? new AnonymousAuthenticator(authenticator) : authenticator,
    config,
  );
  const failures: unknown[] = [];
  app.useGlobalFilters(new ProblemFilter({ error: (fields) => void failures.push(fields) }));
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), failures, close: () => app.close() };
}

function configWith({ api, multipleStores = false, environment = {} }: EdgeSettings): AppConfig {
  const { config } = loadConfig({ files: [], directories: [], environment, commandLine: {} });
  return { ...config, api: { ...config.api, ...api }, stores: { ...config.stores, multiple: multipleStores } };
}
