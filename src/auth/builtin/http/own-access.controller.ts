import { Controller, Get, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../kernel/json.js';
import { projectDocument } from '../documents/directory-documents.js';
import { collection } from './collection.js';
import { IdentityEdge } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

/** What the bearer of a token can reach. */
@Controller('identity/v3/auth')
@UseFilters(KeystoneErrorFilter)
export class OwnAccessController {
  constructor(private readonly edge: IdentityEdge) {}

  @Get('catalog')
  async catalog(@Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireSession(request);
    const baseUrl = this.edge.baseUrl(request);
    return { catalog: this.edge.catalog(request), links: { self: `${baseUrl}${request.url}` } };
  }

  @Get('projects')
  async projects(@Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory, user } = await this.edge.requireSession(request);
    const baseUrl = this.edge.baseUrl(request);
    const projects = directory.projectsOf(user.id).map((project) => projectDocument(project, baseUrl));
    return collection('projects', projects, request, baseUrl);
  }

  /** Roles are given in projects and the system only. */
  @Get('domains')
  async domains(@Req() request: FastifyRequest): Promise<JsonObject> {
    await this.edge.requireSession(request);
    return collection('domains', [], request, this.edge.baseUrl(request));
  }

  @Get('system')
  async system(@Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory, user } = await this.edge.requireSession(request);
    const isUsable = directory.rolesOf(user.id, { kind: 'system' }).length > 0;
    return collection('system', isUsable ? [{ all: true }] : [], request, this.edge.baseUrl(request));
  }
}
