import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Context } from '../../../http/context.decorator.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { ClientMetadefHandler } from '../commands/client-metadef.handler.js';
import { associationWith } from '../domain/namespace-guards.js';
import { MetadefQueries } from '../queries/metadef.queries.js';
import { MetadefBodies } from './metadef-body.js';
import { presentAssociation, presentResourceType } from './metadef.presenter.js';

/** Types of resources, and which of them a namespace is meant for. */
@Controller('v2/metadefs')
export class MetadefResourceTypesController {
  constructor(
    private readonly commands: ClientMetadefHandler,
    private readonly queries: MetadefQueries,
    private readonly bodies: MetadefBodies,
  ) {}

  @Get('resource_types')
  async list(@Context() { caller }: RequestContext): Promise<JsonObject> {
    return { resource_types: (await this.queries.resourceTypes(caller)).map(presentResourceType) };
  }

  @Get('namespaces/:namespace/resource_types')
  async associations(@Param('namespace') name: string, @Context() { caller }: RequestContext): Promise<JsonObject> {
    const rules = ['list_metadef_resource_types', 'get_metadef_resource_type'] as const;
    const { associations } = await this.queries.find(name, caller, ...rules);
    return { resource_type_associations: associations.map(presentAssociation) };
  }

  @Post('namespaces/:namespace/resource_types')
  @HttpCode(201)
  async associate(
    @Param('namespace') name: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const asked = this.bodies.association(body);
    const { associations } = await this.commands.associate(name, asked, context);
    const made = associationWith(associations, asked.resourceType);
    return made === undefined ? {} : presentAssociation(made);
  }

  @Delete('namespaces/:namespace/resource_types/:type')
  @HttpCode(204)
  async dissociate(
    @Param('namespace') name: string,
    @Param('type') resourceType: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.commands.change({ type: 'DissociateResourceType', namespace: name, resourceType }, context);
  }
}
