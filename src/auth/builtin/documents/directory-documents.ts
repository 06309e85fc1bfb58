import type { JsonObject } from '../../../kernel/json.js';
import type { Assignment, Directory, Domain, Project, Role, User } from '../directory.js';

const links = (baseUrl: string, path: string): JsonObject => ({ self: `${baseUrl}/identity/v3/${path}` });

export function userDocument(user: User, baseUrl: string): JsonObject {
  return {
    id: user.id,
    name: user.name,
    domain_id: user.domainId,
    enabled: user.enabled,
    ...(user.email === null ? {} : { email: user.email }),
    options: {},
    password_expires_at: null,
    links: links(baseUrl, `users/${user.id}`),
  };
}

export function projectDocument(project: Project, baseUrl: string): JsonObject {
  return {
    id: project.id,
    name: project.name,
    domain_id: project.domainId,
    parent_id: project.domainId,
    description: project.description,
    enabled: project.enabled,
    is_domain: false,
    options: {},
    tags: [],
    links: links(baseUrl, `projects/${project.id}`),
  };
}

export function domainDocument(domain: Domain, baseUrl: string): JsonObject {
  return { ...domain, options: {}, tags: [], links: links(baseUrl, `domains/${domain.id}`) };
}

export function roleDocument(role: Role, baseUrl: string): JsonObject {
  const { id, name, description } = role;
  return { id, name, description, domain_id: null, options: {}, links: links(baseUrl, `roles/${id}`) };
}

export function regionDocument(region: string, baseUrl: string): JsonObject {
  return { id: region, description: '', parent_region_id: null, links: links(baseUrl, `regions/${region}`) };
}

/** With names beside the ids when the client asked for them. */
export function assignmentDocument(assignment: Assignment, directory: Directory, withNames: boolean): JsonObject {
  const { projectId } = assignment;
  const user = directory.user({ id: assignment.userId });
  const role = directory.role(assignment.roleId);
  const project = projectId === null ? null : directory.project({ id: projectId });
  const named = (entity: User | Project | null): JsonObject => {
    return entity === null || !withNames
      ? {}
      : { name: entity.name, domain: domainSummary(entity.domainId, directory) };
  };
  return {
    role: { id: assignment.roleId, ...(withNames && role !== null ? { name: role.name } : {}) },
    user: { id: assignment.userId, ...named(user) },
    scope: projectId === null ? { system: { all: true } } : { project: { id: projectId, ...named(project) } },
    links: {},
  };
}

/** How other documents mention a domain. */
export const domainSummary = (id: string, directory: Directory): JsonObject => ({
  id,
  name: directory.domain({ id })?.name ?? id,
});
