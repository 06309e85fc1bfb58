import { Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import type { MetadefNamespace } from '../../../events/contracts/metadef-content.js';
import { Context } from '../../../http/context.decorator.js';
import { HttpProblem } from '../../../http/http-problem.js';
import { JsonBody } from '../../../http/json-body.decorator.js';
import { lastValue } from '../../../http/query-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { RequestContext } from '../../../http/request-context.js';
import type { JsonObject } from '../../../kernel/json.js';
import { ClientMetadefHandler } from '../commands/client-metadef.handler.js';
import { associationWith, itemNamed } from '../domain/namespace-guards.js';
import { MetadefQueries } from '../queries/metadef.queries.js';
import { MetadefBodies } from './metadef-body.js';
import { presentProperties, presentProperty } from './metadef.presenter.js';

/** `/v2/metadefs/namespaces/{namespace}/properties`: what single keys may hold. */
@Controller('v2/metadefs/namespaces/:namespace/properties')
export class MetadefPropertiesController {
  constructor(
    private readonly commands: ClientMetadefHandler,
    private readonly queries: MetadefQueries,
    private readonly bodies: MetadefBodies,
  ) {}

  @Get()
  async list(@Param('namespace') name: string, @Context() { caller }: RequestContext): Promise<JsonObject> {
    const namespace = await this.queries.find(name, caller, 'get_metadef_properties', 'get_metadef_property');
    return { properties: presentProperties(namespace.properties) };
  }

  @Post()
  @HttpCode(201)
  async create(
    @Param('namespace') name: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const property = this.bodies.property(body);
    await this.commands.change({ type: 'AddProperty', namespace: name, property }, context);
    return presentProperty(property);
  }

  @Delete()
  @HttpCode(204)
  async deleteAll(@Param('namespace') name: string, @Context() context: RequestContext): Promise<void> {
    await this.commands.change({ type: 'RemoveAllProperties', namespace: name }, context);
  }

  @Get(':property')
  async show(
    @Param('namespace') name: string,
    @Param('property') propertyName: string,
    @Query() params: QueryParameters,
    @Context() { caller }: RequestContext,
  ): Promise<JsonObject> {
    const type = lastValue(params, 'resource_type') ?? '';
    const rules = type === '' ? [] : (['get_metadef_resource_type'] as const);
    const namespace = await this.queries.find(name, caller, 'get_metadef_property', ...rules);
    const bareName = type === '' ? propertyName : nameWithoutPrefix(namespace, type, propertyName);
    return presentProperty(itemNamed('property', namespace.properties, bareName));
  }

  @Put(':property')
  async replace(
    @Param('namespace') name: string,
    @Param('property') propertyName: string,
    @JsonBody() body: JsonObject,
    @Context() context: RequestContext,
  ): Promise<JsonObject> {
    const property = this.bodies.property(body);
    const command = { type: 'ReplaceProperty', namespace: name, name: propertyName, property } as const;
    await this.commands.change(command, context);
    return presentProperty(property);
  }

  @Delete(':property')
  @HttpCode(204)
  async delete(
    @Param('namespace') name: string,
    @Param('property') propertyName: string,
    @Context() context: RequestContext,
  ): Promise<void> {
    await this.commands.change({ type: 'RemoveProperty', namespace: name, name: propertyName }, context);
  }
}

/** What the property of a resource of this type is called in the namespace. */
function nameWithoutPrefix({ associations }: MetadefNamespace, type: string, name: string): string {
  const association = associationWith(associations, type);
  if (association === undefined) {
    throw new HttpProblem(404, `The metadata definition resource-type with name=${type}, was not found.`);
  }
  const { prefix } = association;
  if (prefix !== null && prefix !== '' && name.startsWith(prefix)) return name.slice(prefix.length);
  const expected = `the expected resource type association prefix of '${prefix ?? 'None'}'.`;
  throw new HttpProblem(404, `Property ${name} does not start with ${expected}`);
}
