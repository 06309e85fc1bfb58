import type { JsonObject } from '../../../kernel/json.js';
import type { Directory, Project, User } from '../directory.js';
import type { Session } from '../sessions.js';
import type { TokenClaims } from '../token-signer.js';
import type { ServiceDocument } from './catalog.js';
import { domainSummary } from './directory-documents.js';

/** A token as Keystone shows it; `catalog` null leaves the catalog out. */
export function tokenDocument(session: Session, catalog: readonly ServiceDocument[] | null): JsonObject {
  const { claims, directory, user, project, roles } = session;
  const isScoped = claims.scope.kind !== 'unscoped';
  return {
    token: {
      methods: [...claims.methods],
      user: { ...userSummary(user, directory), password_expires_at: null },
      audit_ids: auditIds(claims),
      issued_at: isoTime(claims.issuedAtS),
      expires_at: isoTime(claims.expiresAtS),
      ...(project === null ? {} : { project: projectSummary(project, directory), is_domain: false }),
      ...(claims.scope.kind === 'system' ? { system: { all: true } } : {}),
      ...(isScoped ? { roles: roles.map(({ id, name }) => ({ id, name })) } : {}),
      ...(isScoped && catalog !== null ? { catalog } : {}),
    },
  };
}

const auditIds = (claims: TokenClaims): readonly string[] =>
  claims.parentId === null ? [claims.id] : [claims.id, claims.parentId];

function userSummary(user: User, directory: Directory): JsonObject {
  return { id: user.id, name: user.name, domain: domainSummary(user.domainId, directory) };
}

function projectSummary(project: Project, directory: Directory): JsonObject {
  return { id: project.id, name: project.name, domain: domainSummary(project.domainId, directory) };
}

/** ISO 8601 with microseconds, which is what Keystone's clients parse. */
const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('Z', '000Z');
