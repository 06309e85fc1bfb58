import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseDocument } from 'yaml';
import { DomainError } from '../../kernel/domain-error.js';
import type { Assignment, DirectoryEntries } from './directory.js';
import { PASSWORD_HASH_PATTERN } from './password-hash.js';

/** The users file cannot be understood; the message says where. The operator corrects it. */
export class UsersFileInvalid extends DomainError {
  readonly code = 'auth.users_file_invalid';
}

const Id = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\s:/]+$' });
const Name = Type.String({ minLength: 1, maxLength: 255 });
const described = { description: Type.Optional(Type.String()), enabled: Type.Optional(Type.Boolean()) };
const closed = { additionalProperties: false };

const UsersDocument = Type.Object(
  {
    domains: Type.Array(Type.Object({ id: Id, name: Name, ...described }, closed)),
    projects: Type.Array(Type.Object({ id: Id, name: Name, domain: Type.Optional(Id), ...described }, closed)),
    roles: Type.Array(
      Type.Object(
        { id: Id, name: Name, description: Type.Optional(Type.String()), implies: Type.Optional(Type.Array(Name)) },
        closed,
      ),
    ),
    users: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Name,
          domain: Type.Optional(Id),
          email: Type.Optional(Type.String()),
          enabled: Type.Optional(Type.Boolean()),
          password_hash: Type.String({ pattern: PASSWORD_HASH_PATTERN }),
        },
        closed,
      ),
    ),
    assignments: Type.Array(
      Type.Object(
        { user: Id, role: Name, project: Type.Optional(Id), system: Type.Optional(Type.Literal('all')) },
        closed,
      ),
    ),
  },
  closed,
);
const validator = Compile(UsersDocument);

/** The users file as it stands in YAML. */
export type UsersDocument = Static<typeof UsersDocument>;

const DEFAULT_DOMAIN = 'default';

/**
 * Reads users, projects, roles and assignments. Users and projects are in the domain `default` unless they name another.
 * @throws UsersFileInvalid
 */
export function parseUsersFile(text: string): DirectoryEntries {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem) throw new UsersFileInvalid(`not YAML: ${problem.message}`, {}, { cause: problem });
  const content: unknown = document.toJS();
  if (!validator.Check(content)) {
    const [error] = validator.Errors(content);
    throw new UsersFileInvalid(`${error?.instancePath ?? ''}: ${error?.message ?? 'is not as expected'}`);
  }
  const entries = entriesOf(content);
  checkReferences(entries);
  return entries;
}

function entriesOf(content: UsersDocument): DirectoryEntries {
  const withDefaults = { description: '', enabled: true };
  return {
    domains: content.domains.map((domain) => ({ ...withDefaults, ...domain })),
    projects: content.projects.map(({ domain, ...project }) => ({
      ...withDefaults,
      ...project,
      domainId: domain ?? DEFAULT_DOMAIN,
    })),
    roles: content.roles.map((role) => ({ description: '', implies: [], ...role })),
    users: content.users.map(({ domain, password_hash, ...user }) => ({
      ...{ email: null, enabled: true },
      ...user,
      domainId: domain ?? DEFAULT_DOMAIN,
      passwordHash: password_hash,
    })),
    assignments: content.assignments.map((assignment) => assignmentOf(assignment, content)),
  };
}

/** Assignments may name users, projects and roles by id or, where it is unambiguous, by name. */
function assignmentOf(assignment: UsersDocument['assignments'][number], content: UsersDocument): Assignment {
  if ((assignment.project === undefined) === (assignment.system === undefined)) {
    throw new UsersFileInvalid(`assignment of ${assignment.user} needs either a project or "system: all"`);
  }
  return {
    userId: idOf('user', assignment.user, content.users),
    projectId: assignment.project === undefined ? null : idOf('project', assignment.project, content.projects),
    roleId: idOf('role', assignment.role, content.roles),
  };
}

function idOf(kind: string, idOrName: string, entities: readonly Readonly<{ id: string; name: string }>[]): string {
  const byId = entities.find((entity) => entity.id === idOrName);
  if (byId) return byId.id;
  const [byName, another] = entities.filter((entity) => entity.name === idOrName);
  if (byName === undefined)
    throw new UsersFileInvalid(`assignment names the ${kind} "${idOrName}", which does not exist`);
  if (another !== undefined)
    throw new UsersFileInvalid(`assignment names the ${kind} "${idOrName}", but there are several`);
  return byName.id;
}

function checkReferences(entries: DirectoryEntries): void {
  const domainIds = new Set(entries.domains.map((domain) => domain.id));
  for (const entity of [...entries.projects, ...entries.users]) {
    if (!domainIds.has(entity.domainId))
      throw new UsersFileInvalid(`"${entity.name}" is in the unknown domain "${entity.domainId}"`);
  }
  for (const kind of ['domains', 'projects', 'roles', 'users'] as const) {
    refuseDuplicates(
      kind,
      entries[kind].map((entity) => entity.id),
    );
    refuseDuplicates(
      kind,
      entries[kind].map((entity) => JSON.stringify(['domainId' in entity ? entity.domainId : '', entity.name])),
    );
  }
}

function refuseDuplicates(kind: string, keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new UsersFileInvalid(`${kind}: ${key} occurs twice`);
    seen.add(key);
  }
}
