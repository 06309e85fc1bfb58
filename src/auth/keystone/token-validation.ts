import type { Clock } from '../../kernel/clock.js';
import { IdentityUnavailable } from '../auth.errors.js';
import { BoundedCache } from '../bounded-cache.js';
import { tokenDigest } from '../token-digest.js';
import type { KeystoneAnswer, KeystoneHttp } from './keystone-http.js';
import type { ServiceLogin } from './service-login.js';
import { parseValidatedToken, type ValidatedToken } from './validated-token.js';

const CACHED_TOKENS = 10_000;
const CACHED_REFUSALS = 1_000;
const REFUSAL_CACHE_S = 10;

/** Asks Keystone about tokens, and remembers the answers for a while. */
export class TokenValidation {
  private readonly valid = new BoundedCache<ValidatedToken>(CACHED_TOKENS);
  // Apart from the valid ones, so that guessing tokens does not push those out.
  private readonly refused = new BoundedCache<null>(CACHED_REFUSALS);
  private readonly asking = new Map<string, Promise<ValidatedToken | null>>();

  constructor(
    private readonly keystone: KeystoneHttp,
    private readonly login: ServiceLogin,
    private readonly clock: Clock,
    private readonly cacheS: number,
  ) {}

  /**
   * @param allowExpired also take tokens that expired lately, as services may that finish a user's long work
   * @returns null when the token is not valid
   * @throws IdentityUnavailable
   */
  validate(token: string, allowExpired: boolean): Promise<ValidatedToken | null> {
    const key = `${tokenDigest(token)}${allowExpired ? '+expired' : ''}`;
    const nowMs = this.clock.now().getTime();
    const known = this.valid.get(key, nowMs) ?? this.refused.get(key, nowMs);
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.asking.get(key) ?? this.askAndRemember(key, token, allowExpired);
    this.asking.set(key, pending);
    return pending;
  }

  private async askAndRemember(key: string, token: string, allowExpired: boolean): Promise<ValidatedToken | null> {
    try {
      const validated = await this.ask(token, allowExpired);
      this.remember(key, validated, allowExpired);
      return validated;
    } finally {
      this.asking.delete(key);
    }
  }

  private remember(key: string, validated: ValidatedToken | null, allowExpired: boolean): void {
    if (this.cacheS === 0) return;
    const nowMs = this.clock.now().getTime();
    const untilMs = nowMs + this.cacheS * 1000;
    if (validated === null) this.refused.set(key, null, Math.min(untilMs, nowMs + REFUSAL_CACHE_S * 1000));
    else this.valid.set(key, validated, allowExpired ? untilMs : Math.min(untilMs, validated.expiresAtMs));
  }

  private async ask(token: string, allowExpired: boolean): Promise<ValidatedToken | null> {
    const serviceToken = await this.login.token();
    let answer = await this.request(token, serviceToken, allowExpired);
    if (answer.status === 401) answer = await this.request(token, await this.login.renew(serviceToken), allowExpired);
    if (answer.status === 404) return null;
    if (answer.status === 200) return parseValidatedToken(answer.text);
    const hint = answer.status === 403 ? ' (the service user may not validate tokens)' : '';
    throw new IdentityUnavailable(`Keystone answers a validation with ${answer.status}${hint}`);
  }

  private request(token: string, serviceToken: string, allowExpired: boolean): Promise<KeystoneAnswer> {
    const path = `/auth/tokens?nocatalog${allowExpired ? '&allow_expired=1' : ''}`;
    return this.keystone.send({
      method: 'GET',
      path,
      headers: { 'x-auth-token': serviceToken, 'x-subject-token': token },
    });
  }
}
