import { Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { ClientMetadefHandler } from '../commands/client-metadef.handler.js';
import { itemNamed } from '../domain/namespace-guards.js';
import { MetadefQueries } from '../queries/metadef.queries.js';
import { pageOf } from './list-metadefs.params.js';
import { MetadefBodies } from './metadef-body.js';
import { presentTag } from './metadef.presenter.js';

/** What clients write for yes in a header; anything else is no. */
const YES: ReadonlySet<string> = new Set(['true', '1', 't', 'y', 'yes', 'on']);

/** `/v2/metadefs/namespaces/{namespace}/tags`: words to mark resources with. */
@Controller('v2/metadefs/namespaces/:namespace/tags')
export class MetadefTagsController {
  constructor(
    private readonly commands: ClientMetadefHandler,
    private readonly queries: MetadefQueries,
    private readonly bodies: MetadefBodies,
  ) {}

  @Get()
  async list(
    @Param('namespace') name: string,
    @Query() params: QueryParameters,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const { tags } = await this.queries.find(name, caller, 'get_metadef_tags');
    return { tags: pageOf('tag', tags, params, 'desc').map((tag) => ({ name: tag.name })) };
  }

  @Post()
  @HttpCode(201)
  async createMany(
    @Param('namespace') namespace: string,
    @JsonBody() body: JsonObject,
    @Headers('x-openstack-append') append: string | undefined,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const names = this.bodies.tagNames(body);
    const replace = !YES.has((append ?? '').trim().toLowerCase());
    await this.commands.addTags('add_metadef_tags', { namespace, names, replace }, context);
    return { tags: names.map((name) => ({ name })) };
  }

  @Delete()
  @HttpCode(204)
  async deleteAll(@Param('namespace') name: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.change({ type: 'RemoveAllTags', namespace: name }, context);
  }

  @Get(':tag')
  async show(
    @Param('namespace') name: string,
    @Param('tag') tagName: string,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const { tags } = await this.queries.find(name, caller, 'get_metadef_tag');
    return presentTag(itemNamed('tag', tags, tagName));
  }

  @Post(':tag')
  @HttpCode(201)
  async create(
    @Param('namespace') namespace: string,
    @Param('tag') name: string,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const command = { namespace, names: [this.bodies.tagName({ name })], replace: false };
    const { tags } = await this.commands.addTags('add_metadef_tag', command, context);
    return presentTag(itemNamed('tag', tags, name));
  }

  @Put(':tag')
  async rename(
    @Param('namespace') namespace: string,
    @Param('tag') name: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const newName = this.bodies.tagName(body);
    const { tags } = await this.commands.change({ type: 'RenameTag', namespace, name, newName }, context);
    return presentTag(itemNamed('tag', tags, newName));
  }

  @Delete(':tag')
  @HttpCode(204)
  async delete(
    @Param('namespace') namespace: string,
    @Param('tag') name: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.commands.change({ type: 'RemoveTag', namespace, name }, context);
  }
}
