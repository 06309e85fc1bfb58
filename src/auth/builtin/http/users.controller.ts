import { Controller, Get, Param, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../kernel/json.js';
import { projectDocument, userDocument } from '../documents/directory-documents.js';
import type { Session } from '../sessions.js';
import { collection, found } from './collection.js';
import { IdentityEdge, isAdmin, refusal } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

/** Users: all of them for an admin, themselves for the others. */
@Controller('identity/v3/users')
@UseFilters(KeystoneErrorFilter)
export class UsersController {
  constructor(private readonly edge: IdentityEdge) {}

  @Get()
  async list(@Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.edge.requireAdmin(request, 'list_users');
    const baseUrl = this.edge.baseUrl(request);
    return collection(
      'users',
      directory.entries.users.map((user) => userDocument(user, baseUrl)),
      request,
      baseUrl,
    );
  }

  @Get(':id')
  async show(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    const session = await this.requireSelfOrAdmin(id, request, 'get_user');
    return { user: userDocument(found(session.directory.user({ id }), 'user', id), this.edge.baseUrl(request)) };
  }

  @Get(':id/projects')
  async projects(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.requireSelfOrAdmin(id, request, 'list_user_projects');
    const baseUrl = this.edge.baseUrl(request);
    const user = found(directory.user({ id }), 'user', id);
    const projects = directory.projectsOf(user.id).map((project) => projectDocument(project, baseUrl));
    return collection('projects', projects, request, baseUrl);
  }

  private async requireSelfOrAdmin(id: string, request: FastifyRequest, action: string): Promise<Session> {
    const session = await this.edge.requireSession(request);
    if (session.user.id !== id && !isAdmin(session)) throw refusal(action);
    return session;
  }
}
