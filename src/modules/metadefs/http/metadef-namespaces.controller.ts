import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { APP_CONFIG } from '../../../config/app-config.js';
import type { AppConfig } from '../../../config/app-config.js';
import { Context } from '../../../http/context.decorator.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import { firstPageLink, nextPageLink } from '../../../http/paging-links.js';
import { lastValue } from '../../../http/query-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { ClientMetadefHandler } from '../commands/client-metadef.handler.js';
import { associationWith } from '../domain/namespace-guards.js';
import { MetadefQueries } from '../queries/metadef.queries.js';
import { parseListNamespaces } from './list-metadefs.params.js';
import { MetadefBodies } from './metadef-body.js';
import {
  namespacePath,
  presentCreated,
  presentNamespace,
  presentSummary,
  presentUpdated,
} from './metadef.presenter.js';

const PATH = '/v2/metadefs/namespaces';

/** Whoever sees a namespace sees all that is in it, and so needs the rules of all that. */
const SHOWING = [
  'get_metadef_namespace',
  'list_metadef_resource_types',
  'get_metadef_objects',
  'get_metadef_properties',
  'get_metadef_tags',
] as const;

/** `/v2/metadefs/namespaces`: what properties of resources mean, for people and for programs. */
@Controller('v2/metadefs/namespaces')
export class MetadefNamespacesController {
  constructor(
    private readonly commands: ClientMetadefHandler,
    private readonly queries: MetadefQueries,
    private readonly bodies: MetadefBodies,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  @Get()
  async list(@Query() params: QueryParameters, @Context() { caller }: RequestContext): Promise<JsonObject> {
    const { namespaces, full } = await this.queries.list(parseListNamespaces(params, this.config.api), caller);
    const marker = full ? namespaces.at(-1)?.name : undefined;
    return {
      namespaces: namespaces.map(presentSummary),
      schema: '/v2/schemas/metadefs/namespaces',
      first: firstPageLink(PATH, params),
      ...(marker !== undefined && { next: nextPageLink(PATH, params, marker) }),
    };
  }

  @Post()
  async create(
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { header, content } = this.bodies.namespaceWithContent(body, context.caller.projectId);
    const namespace = await this.commands.create(header, content, context);
    const location = encodeURI(`${context.baseUrl}${namespacePath(namespace.name)}`);
    void reply.code(201).header('location', location).send(presentCreated(namespace, content));
  }

  @Get(':namespace')
  async show(
    @Param('namespace') name: string,
    @Query() params: QueryParameters,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const namespace = await this.queries.find(name, caller, ...SHOWING);
    const meant = associationWith(namespace.associations, lastValue(params, 'resource_type') ?? '');
    return presentNamespace(namespace, meant?.prefix ?? '');
  }

  @Put(':namespace')
  async update(
    @Param('namespace') name: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const header = this.bodies.namespaceHeader(body, context.caller.projectId);
    return presentUpdated(await this.commands.update(name, header, context));
  }

  @Delete(':namespace')
  @HttpCode(204)
  async delete(@Param('namespace') name: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.delete(name, context);
  }
}
