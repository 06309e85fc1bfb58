import { createHash, randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import type { Clock } from '../../kernel/clock.js';
import { BoundedCache } from '../bounded-cache.js';
import { tokenDigest } from '../token-digest.js';
import type { Scope, User } from './directory.js';
import type { RevokedTokens } from './revoked-tokens.js';

/** What a token says. Roles are not in it: they are looked up when it is used, so that taking one away works at once. */
export type TokenClaims = Readonly<{
  id: string;
  userId: string;
  scope: Scope;
  methods: readonly string[];
  /** Of the token that this one was got with, if any. */
  parentId: string | null;
  /** Changes with the user's password: a new password makes the old one's tokens invalid. */
  credential: string;
  issuedAtS: number;
  expiresAtS: number;
}>;

const ISSUER = 'hindsight';
const CACHED_TOKENS = 10_000;

/** Makes, verifies and revokes tokens: signed, expiring, and known to no table. */
export class TokenSigner {
  private readonly verified = new BoundedCache<TokenClaims>(CACHED_TOKENS);

  constructor(
    private readonly key: Uint8Array,
    private readonly revoked: RevokedTokens,
    private readonly clock: Clock,
  ) {}

  sign(claims: TokenClaims): Promise<string> {
    const { scope } = claims;
    return new SignJWT({
      ...(scope.kind === 'project' ? { prj: scope.projectId } : {}),
      ...(scope.kind === 'system' ? { sys: true } : {}),
      ...(claims.parentId === null ? {} : { par: claims.parentId }),
      amr: [...claims.methods],
      cred: claims.credential,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setSubject(claims.userId)
      .setJti(claims.id)
      .setIssuedAt(claims.issuedAtS)
      .setExpirationTime(claims.expiresAtS)
      .sign(this.key);
  }

  /** @returns null for a token that is not ours, has expired or was revoked */
  async verify(token: string): Promise<TokenClaims | null> {
    const now = this.clock.now();
    const digest = tokenDigest(token);
    const claims = this.verified.get(digest, now.getTime()) ?? (await this.verifySignature(token, now));
    if (claims === null || this.revoked.has(claims)) return null;
    this.verified.set(digest, claims, claims.expiresAtS * 1000);
    return claims;
  }

  revoke(claims: TokenClaims): Promise<void> {
    return this.revoked.add(claims, Math.floor(this.clock.now().getTime() / 1000));
  }

  private async verifySignature(token: string, currentDate: Date): Promise<TokenClaims | null> {
    try {
      const options = { algorithms: ['HS256'], issuer: ISSUER, requiredClaims: ['exp', 'iat'], currentDate };
      return claimsOf((await jwtVerify(token, this.key, options)).payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}

/** Stands for a password in tokens without telling anything about it. */
export const credentialOf = (user: User): string =>
  createHash('sha256').update(user.passwordHash).digest('base64url').slice(0, 16);

export const newTokenId = (): string => randomBytes(16).toString('base64url');

function claimsOf(payload: JWTPayload): TokenClaims | null {
  const { sub, jti, iat, exp, prj, sys, amr, cred, par } = payload;
  if (sub === undefined || jti === undefined || iat === undefined || exp === undefined || typeof cred !== 'string')
    return null;
  return {
    id: jti,
    userId: sub,
    scope:
      typeof prj === 'string' ? { kind: 'project', projectId: prj } : { kind: sys === true ? 'system' : 'unscoped' },
    methods: Array.isArray(amr) ? amr.filter((method) => typeof method === 'string') : [],
    parentId: typeof par === 'string' ? par : null,
    credential: cred,
    issuedAtS: iat,
    expiresAtS: exp,
  };
}
