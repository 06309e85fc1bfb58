import { Controller, Get, Param, Req, UseFilters } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { JsonObject } from '../../../kernel/json.js';
import type { Assignment } from '../directory.js';
import { assignmentDocument, domainDocument, roleDocument } from '../documents/directory-documents.js';
import { collection, found, queryOf } from './collection.js';
import { IdentityEdge } from './identity-edge.js';
import { KeystoneErrorFilter } from './keystone-error.filter.js';

/** Domains, roles and who has which. */
@Controller('identity/v3')
@UseFilters(KeystoneErrorFilter)
export class DirectoryController {
  constructor(private readonly edge: IdentityEdge) {}

  @Get('domains')
  async domains(@Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.edge.requireAdmin(request, 'list_domains');
    const baseUrl = this.edge.baseUrl(request);
    return collection(
      'domains',
      directory.entries.domains.map((domain) => domainDocument(domain, baseUrl)),
      request,
      baseUrl,
    );
  }

  @Get('domains/:id')
  async domain(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.edge.requireSession(request);
    return { domain: domainDocument(found(directory.domain({ id }), 'domain', id), this.edge.baseUrl(request)) };
  }

  @Get('roles')
  async roles(@Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.edge.requireAdmin(request, 'list_roles');
    const baseUrl = this.edge.baseUrl(request);
    return collection(
      'roles',
      directory.entries.roles.map((role) => roleDocument(role, baseUrl)),
      request,
      baseUrl,
    );
  }

  @Get('roles/:id')
  async role(@Param('id') id: string, @Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.edge.requireAdmin(request, 'get_role');
    return { role: roleDocument(found(directory.role(id), 'role', id), this.edge.baseUrl(request)) };
  }

  /** `?effective` adds the roles that others imply. */
  @Get('role_assignments')
  async assignments(@Req() request: FastifyRequest): Promise<JsonObject> {
    const { directory } = await this.edge.requireAdmin(request, 'list_role_assignments');
    const query = queryOf(request);
    const all = isSet(query, 'effective') ? directory.effectiveAssignments() : directory.entries.assignments;
    const chosen = all.filter((assignment) => isAskedFor(assignment, query));
    const documents = chosen.map((each) => assignmentDocument(each, directory, isSet(query, 'include_names')));
    return collection('role_assignments', documents, request, this.edge.baseUrl(request));
  }
}

function isAskedFor(assignment: Assignment, query: ReadonlyMap<string, string>): boolean {
  const matches = (key: string, value: string | null): boolean => !query.has(key) || query.get(key) === value;
  const isOfSystem = assignment.projectId === null;
  return (
    matches('user.id', assignment.userId) &&
    matches('role.id', assignment.roleId) &&
    matches('scope.project.id', assignment.projectId) &&
    (!query.has('scope.system') || isOfSystem) &&
    !query.has('scope.domain.id') &&
    !query.has('group.id')
  );
}

/** A flag is set by its presence, unless its value says no. */
const isSet = (query: ReadonlyMap<string, string>, flag: string): boolean =>
  query.has(flag) && !['0', 'false'].includes((query.get(flag) ?? '').toLowerCase());
