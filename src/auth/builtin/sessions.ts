import type { Credentials } from '../caller.js';
import { normalizedRoles } from '../roles.js';
import type { Directory, Project, Role, User } from './directory.js';
import type { DirectorySource } from './directory-source.js';
import { credentialOf, type TokenClaims, type TokenSigner } from './token-signer.js';

/** A valid token and what it means now. */
export type Session = Readonly<{
  claims: TokenClaims;
  directory: Directory;
  user: User;
  project: Project | null;
  roles: readonly Role[];
}>;

/** Turns tokens into sessions, by the directory as it is now. */
export class Sessions {
  constructor(
    private readonly tokens: TokenSigner,
    private readonly source: DirectorySource,
  ) {}

  /** @returns null when the token is invalid, or its user, password, project or roles are no more what they were */
  async open(token: string | null): Promise<Session | null> {
    if (token === null) return null;
    const claims = await this.tokens.verify(token);
    return claims === null ? null : sessionOf(claims, await this.source.current());
  }
}

/** @returns null when the directory does not bear the claims out */
export function sessionOf(claims: TokenClaims, directory: Directory): Session | null {
  const user = directory.user({ id: claims.userId });
  if (user === null || !directory.mayLogIn(user) || credentialOf(user) !== claims.credential) return null;
  const roles = directory.rolesOf(user.id, claims.scope);
  if (claims.scope.kind !== 'unscoped' && roles.length === 0) return null;
  const project = claims.scope.kind === 'project' ? directory.project({ id: claims.scope.projectId }) : null;
  return { claims, directory, user, project, roles };
}

export const credentialsOfSession = (session: Session, serviceRoles: readonly string[]): Credentials => ({
  userId: session.user.id,
  projectId: session.project?.id ?? null,
  roles: normalizedRoles(session.roles.map((role) => role.name)),
  serviceRoles,
  systemScope: session.claims.scope.kind === 'system' ? 'all' : null,
});
