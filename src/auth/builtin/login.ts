import type { Clock } from '../../kernel/clock.js';
import type { Directory, EntityReference, Scope, User } from './directory.js';
import type { DirectorySource } from './directory-source.js';
import { verifyPassword } from './password-hash.js';
import { sessionOf, type Session, type Sessions } from './sessions.js';
import { credentialOf, newTokenId, type TokenClaims, type TokenSigner } from './token-signer.js';

/** How somebody proves who they are: by password, or by a token that they have already. */
export type Credentials =
  | Readonly<{ method: 'password'; user: EntityReference; password: string }>
  | Readonly<{ method: 'token'; token: string }>;

/** What the new token shall be good for. */
export type RequestedScope = Readonly<
  { kind: 'unscoped' } | { kind: 'system' } | { kind: 'project'; project: EntityReference }
>;

type Login = Readonly<{ token: string; session: Session }>;

type Proof = Readonly<{ user: User; methods: readonly string[]; parentId: string | null; expiresAtS: number }>;

/** Gives tokens to those who prove who they are. */
export class LoginDesk {
  constructor(
    private readonly source: DirectorySource,
    private readonly sessions: Sessions,
    private readonly tokens: TokenSigner,
    private readonly clock: Clock,
    private readonly tokenLifetimeS: number,
  ) {}

  /**
   * @returns null when the proof fails or the user has no role in the scope; nobody is told which
   * @throws IdentityUnavailable when too many are logging in
   */
  async logIn(credentials: Credentials, requested: RequestedScope): Promise<Login | null> {
    const directory = await this.source.current();
    const proof = await this.prove(credentials, directory);
    const scope = scopeOf(requested, directory);
    if (proof === null || scope === null) return null;
    const claims = this.claims(proof, scope);
    const session = sessionOf(claims, directory);
    return session === null ? null : { token: await this.tokens.sign(claims), session };
  }

  private prove(credentials: Credentials, directory: Directory): Promise<Proof | null> {
    return credentials.method === 'password'
      ? this.proveByPassword(credentials.user, credentials.password, directory)
      : this.proveByToken(credentials.token);
  }

  private async proveByPassword(who: EntityReference, password: string, directory: Directory): Promise<Proof | null> {
    const user = directory.user(who);
    const isRight = await verifyPassword(password, user?.passwordHash ?? null);
    if (user === null || !isRight) return null;
    return { user, methods: ['password'], parentId: null, expiresAtS: this.nowS() + this.tokenLifetimeS };
  }

  /** A token got by a token lives no longer than the first: else one password would do for ever. */
  private async proveByToken(token: string): Promise<Proof | null> {
    const session = await this.sessions.open(token);
    if (session === null) return null;
    const { claims, user } = session;
    const methods = [...new Set([...claims.methods, 'token'])];
    return { user, methods, parentId: claims.parentId ?? claims.id, expiresAtS: claims.expiresAtS };
  }

  private claims(proof: Proof, scope: Scope): TokenClaims {
    const { user, ...rest } = proof;
    return {
      ...rest,
      id: newTokenId(),
      userId: user.id,
      scope,
      credential: credentialOf(user),
      issuedAtS: this.nowS(),
    };
  }

  private nowS(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}

function scopeOf(requested: RequestedScope, directory: Directory): Scope | null {
  if (requested.kind !== 'project') return requested;
  const project = directory.project(requested.project);
  return project === null ? null : { kind: 'project', projectId: project.id };
}
