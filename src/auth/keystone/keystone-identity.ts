import type { IncomingHttpHeaders } from 'node:http';
import type { IdentityConfig } from '../../config/app-config.js';
import type { Clock } from '../../kernel/clock.js';
import type { Caller } from '../caller.js';
import { headerValue } from '../header-value.js';
import type { Identity } from '../identity.js';
import { makesAdmin } from '../roles.js';
import { KeystoneHttp } from './keystone-http.js';
import { ServiceLogin } from './service-login.js';
import type { ServiceCredentials } from './service-login.js';
import { TokenValidation } from './token-validation.js';
import type { ValidatedToken } from './validated-token.js';

export type KeystoneConfig = Extract<IdentityConfig, { kind: 'keystone' }>;

/** Longer ones, and ones that no header may carry, are not Keystone's. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;
/** Whose service token vouches for a user's token that expired while the service was at work. */
const SERVICE_ROLE = 'service';

/** Knows callers by their tokens of a Keystone, which it asks with credentials of its own. */
export class KeystoneIdentity implements Identity {
  readonly challenge: string;

  private constructor(
    private readonly tokens: TokenValidation,
    wwwAuthenticateUri: string,
  ) {
    this.challenge = `Keystone uri="${wwwAuthenticateUri}"`;
  }

  /** @throws KeystoneSettingsInvalid */
  static async create(config: KeystoneConfig, clock: Clock): Promise<KeystoneIdentity> {
    const keystone = await KeystoneHttp.to(config);
    const tokens = new TokenValidation(
      keystone,
      new ServiceLogin(keystone, credentialsOf(config)),
      clock,
      config.cacheS,
    );
    return new KeystoneIdentity(tokens, config.wwwAuthenticateUri);
  }

  async authenticate(headers: IncomingHttpHeaders): Promise<Caller | null> {
    const token = headerValue(headers, 'x-auth-token');
    if (token === null || !TOKEN.test(token)) return null;
    const serviceRoles = await this.serviceRoles(headers);
    const user = await this.tokens.validate(token, serviceRoles.includes(SERVICE_ROLE));
    return user === null ? null : callerOf(user, serviceRoles);
  }

  /** An invalid service token is as good as none. */
  private async serviceRoles(headers: IncomingHttpHeaders): Promise<readonly string[]> {
    const token = headerValue(headers, 'x-service-token');
    if (token === null || !TOKEN.test(token)) return [];
    return (await this.tokens.validate(token, false))?.roles ?? [];
  }
}

/** How this service logs in. */
export const credentialsOf = (config: KeystoneConfig): ServiceCredentials => ({
  user: { name: config.username, domain: { name: config.userDomainName } },
  password: config.password,
  scope: { project: { name: config.projectName, domain: { name: config.projectDomainName } } },
});

function callerOf({ userId, projectId, roles, systemScope }: ValidatedToken, serviceRoles: readonly string[]): Caller {
  return { userId, projectId, roles, serviceRoles, systemScope, isAdmin: makesAdmin(roles, systemScope) };
}
