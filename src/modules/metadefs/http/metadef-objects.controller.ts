import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
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
import { presentObject, presentSavedObject } from './metadef.presenter.js';

/** `/v2/metadefs/namespaces/{namespace}/objects`: properties that belong together. */
@Controller('v2/metadefs/namespaces/:namespace/objects')
export class MetadefObjectsController {
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
    const namespace = await this.queries.find(name, caller, 'get_metadef_objects', 'get_metadef_object');
    const page = pageOf('object', namespace.objects, params, 'asc');
    return {
      objects: page.map((object) => presentObject(namespace.name, object)),
      schema: '/v2/schemas/metadefs/objects',
    };
  }

  @Post()
  @HttpCode(201)
  async create(
    @Param('namespace') name: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const object = this.bodies.object(body);
    const namespace = await this.commands.change({ type: 'AddObject', namespace: name, object }, context);
    return presentSavedObject(namespace.name, itemNamed('object', namespace.objects, object.name));
  }

  @Delete()
  @HttpCode(204)
  async deleteAll(@Param('namespace') name: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.change({ type: 'RemoveAllObjects', namespace: name }, context);
  }

  @Get(':object')
  async show(
    @Param('namespace') name: string,
    @Param('object') objectName: string,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const namespace = await this.queries.find(name, caller, 'get_metadef_object');
    return presentObject(namespace.name, itemNamed('object', namespace.objects, objectName));
  }

  @Put(':object')
  async replace(
    @Param('namespace') name: string,
    @Param('object') objectName: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const object = this.bodies.object(body);
    const command = { type: 'ReplaceObject', namespace: name, name: objectName, object } as const;
    const namespace = await this.commands.change(command, context);
    return presentSavedObject(namespace.name, itemNamed('object', namespace.objects, object.name));
  }

  @Delete(':object')
  @HttpCode(204)
  async delete(
    @Param('namespace') name: string,
    @Param('object') objectName: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.commands.change({ type: 'RemoveObject', namespace: name, name: objectName }, context);
  }
}
