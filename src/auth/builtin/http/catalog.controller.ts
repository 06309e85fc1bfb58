import { Controller, Get, Param, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../kernel/json.js';
import { regionDocument } from '../documents/directory-documents.js';
import { collection, found } from './collection.js';
import { IdentityEdge } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

/** The parts of the catalog as resources of their own. */
@Controller('identity/v3')
@UseFilters(KeystoneErrorFilter)
export class CatalogController {
  constructor(private readonly edge: IdentityEdge) {}

  @Get('services')
  async services(@Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireAdmin(request, 'list_services');
    return collection('services', this.allServices(request), request, this.edge.baseUrl(request));
  }

  @Get('services/:id')
  async service(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireAdmin(request, 'get_service');
    return {
      service: found(
        this.allServices(request).find((service) => service['id'] === id),
        'service',
        id,
      ),
    };
  }

  @Get('endpoints')
  async endpoints(@Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireAdmin(request, 'list_endpoints');
    return collection('endpoints', this.allEndpoints(request), request, this.edge.baseUrl(request));
  }

  @Get('endpoints/:id')
  async endpoint(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireAdmin(request, 'get_endpoint');
    return {
      endpoint: found(
        this.allEndpoints(request).find((endpoint) => endpoint['id'] === id),
        'endpoint',
        id,
      ),
    };
  }

  @Get('regions')
  async regions(@Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireSession(request);
    const baseUrl = this.edge.baseUrl(request);
    return collection('regions', [regionDocument(this.edge.region, baseUrl)], request, baseUrl);
  }

  @Get('regions/:id')
  async region(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireSession(request);
    const region = found(id === this.edge.region ? id : null, 'region', id);
    return { region: regionDocument(region, this.edge.baseUrl(request)) };
  }

  private allServices(request: FastifyRequest): readonly JsonObject[] {
    const self = (id: string): JsonObject => ({ self: `${this.edge.baseUrl(request)}/identity/v3/services/${id}` });
    return this.edge.catalog(request).map(({ id, type, name }) => ({ id, type, name, enabled: true, links: self(id) }));
  }

  private allEndpoints(request: FastifyRequest): readonly JsonObject[] {
    const self = (id: string): JsonObject => ({ self: `${this.edge.baseUrl(request)}/identity/v3/endpoints/${id}` });
    return this.edge
      .catalog(request)
      .flatMap(({ id, endpoints }) =>
        endpoints.map((endpoint) => ({ ...endpoint, service_id: id, enabled: true, links: self(endpoint.id) })),
      );
  }
}
