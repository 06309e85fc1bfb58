import { Controller, Get, Param, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../kernel/json.js';
import { projectDocument } from '../documents/directory-documents.js';
import { chosenBy, collection, found, queryOf } from './collection.js';
import { IdentityEdge, isAdmin, refusal } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

/** Projects: all of them for an admin, those in which they have a role for the others. */
@Controller('identity/v3/projects')
@UseFilters(KeystoneErrorFilter)
export class ProjectsController {
  constructor(private readonly edge: IdentityEdge) {}

  /**
   * Others than admins may look up a project of theirs by its name. They get 403 rather than a list without what they
   * look for: clients then ask for the user's own projects, or take what was looked for as the id of a foreign project.
   */
  @Get()
  async list(@Req() request: FastifyRequest): Promise<JsonObject> {
    const session = await this.edge.requireSession(request);
    const { directory, user } = session;
    const baseUrl = this.edge.baseUrl(request);
    const visible = isAdmin(session) ? directory.entries.projects : directory.projectsOf(user.id);
    const documents = visible.map((project) => projectDocument(project, baseUrl));
    const isFound = queryOf(request).has('name') && chosenBy(request, documents).length > 0;
    if (!isAdmin(session) && !isFound) throw refusal('list_projects');
    return collection('projects', documents, request, baseUrl);
  }

  @Get(':id')
  async show(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    const session = await this.edge.requireSession(request);
    const isOwn = session.directory.projectsOf(session.user.id).some((project) => project.id === id);
    if (!isOwn && !isAdmin(session)) throw refusal('get_project');
    return {
      project: projectDocument(found(session.directory.project({ id }), 'project', id), this.edge.baseUrl(request)),
    };
  }
}
