export type Domain = Readonly<{ id: string; name: string; description: string; enabled: boolean }>;
export type Project = Readonly<{ id: string; name: string; domainId: string; description: string; enabled: boolean }>;
/** `implies` names the roles that come with this one. */
export type Role = Readonly<{ id: string; name: string; description: string; implies: readonly string[] }>;
export type User = Readonly<{
  id: string;
  name: string;
  domainId: string;
  email: string | null;
  enabled: boolean;
  passwordHash: string;
}>;
/** A role that a user has in a project, or in the system if `projectId` is null. */
export type Assignment = Readonly<{ userId: string; projectId: string | null; roleId: string }>;

export type DirectoryEntries = Readonly<{
  domains: readonly Domain[];
  projects: readonly Project[];
  roles: readonly Role[];
  users: readonly User[];
  assignments: readonly Assignment[];
}>;

/** What a token is good for. */
export type Scope = Readonly<{ kind: 'unscoped' } | { kind: 'system' } | { kind: 'project'; projectId: string }>;

/** By id, or by name within a domain that is itself given by id or name. */
export type EntityReference = Readonly<{ id?: string; name?: string; domain?: DomainReference }>;
type DomainReference = Readonly<{ id?: string; name?: string }>;

/** Users, projects, roles and who has which; complete and consistent (users-file.ts sees to that), and never changed. */
export class Directory {
  private readonly grantedRoles = new Map<string, readonly Role[]>();

  constructor(readonly entries: DirectoryEntries) {}

  domain(reference: DomainReference): Domain | null {
    return this.entries.domains.find((domain) => matches(domain, reference)) ?? null;
  }

  user(reference: EntityReference): User | null {
    return this.entity(this.entries.users, reference);
  }

  project(reference: EntityReference): Project | null {
    return this.entity(this.entries.projects, reference);
  }

  role(id: string): Role | null {
    return this.entries.roles.find((role) => role.id === id) ?? null;
  }

  /** Enabled projects in enabled domains in which the user has a role. */
  projectsOf(userId: string): readonly Project[] {
    return this.entries.projects.filter(
      (project) => this.rolesOf(userId, { kind: 'project', projectId: project.id }).length > 0,
    );
  }

  /** The roles of a user in a scope, implied ones included; none where the scope is disabled or does not exist. */
  rolesOf(userId: string, scope: Scope): readonly Role[] {
    if (scope.kind === 'unscoped') return [];
    const projectId = scope.kind === 'project' ? scope.projectId : null;
    const key = JSON.stringify([userId, projectId]);
    const known = this.grantedRoles.get(key);
    if (known !== undefined) return known;
    const roles = projectId === null || this.isUsable(projectId) ? this.expandedRoles(userId, projectId) : [];
    this.grantedRoles.set(key, roles);
    return roles;
  }

  /** All assignments as they work: with the roles that others imply. */
  effectiveAssignments(): readonly Assignment[] {
    const keys = new Map(this.entries.assignments.map((each) => [JSON.stringify([each.userId, each.projectId]), each]));
    return [...keys.values()].flatMap(({ userId, projectId }) =>
      this.expandedRoles(userId, projectId).map((role) => ({ userId, projectId, roleId: role.id })),
    );
  }

  /** Whether the user and the user's domain are enabled. */
  mayLogIn(user: User): boolean {
    return user.enabled && this.domain({ id: user.domainId })?.enabled === true;
  }

  private isUsable(projectId: string): boolean {
    const project = this.project({ id: projectId });
    return project?.enabled === true && this.domain({ id: project.domainId })?.enabled === true;
  }

  private expandedRoles(userId: string, projectId: string | null): readonly Role[] {
    const granted = this.entries.assignments.filter((each) => each.userId === userId && each.projectId === projectId);
    const found = new Set(granted.map((each) => this.role(each.roleId)).filter((role) => role !== null));
    for (const role of found) {
      for (const implied of this.entries.roles) if (role.implies.includes(implied.name)) found.add(implied);
    }
    return [...found];
  }

  private entity<Entity extends Readonly<{ id: string; name: string; domainId: string }>>(
    entities: readonly Entity[],
    reference: EntityReference,
  ): Entity | null {
    if (reference.id !== undefined) return entities.find((entity) => entity.id === reference.id) ?? null;
    const domain = reference.domain === undefined ? null : this.domain(reference.domain);
    if (domain === null) return null;
    return entities.find((entity) => entity.name === reference.name && entity.domainId === domain.id) ?? null;
  }
}

const matches = (domain: Domain, reference: DomainReference): boolean =>
  reference.id === undefined ? domain.name === reference.name : domain.id === reference.id;
