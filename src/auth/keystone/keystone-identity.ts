import type { IncomingHttpHeaders } from 'node:http';
import type { IdentityConfig } from '../../config/app-config.js';
import type { Clock } from '../../kernel/clock.js';
import type { Credentials } from '../caller.js';
import { headerValue } from '../header-value.js';
import type { Identity } from '../identity.js';
import { KeystoneHttp } from './keystone-http.js';
import { ServiceLogin } from './service-login.js';
import type { ServiceCredentials } from './service-login.js';
import { TokenValidation } from './token-validation.js';
import type { ValidatedToken } from './validated-token.js';

export type KeystoneConfig = Extract<IdentityConfig, { kind: 'keystone' }>;

/** Longer ones, and ones that no header may carry, are not Keystone's. */
const TOKEN = /^[\x21-\x7e]{1,8192}$/;
/** Knows callers by their tokens of a Keystone, which it asks with credentials of its own. */
export class KeystoneIdentity implements Identity {
  readonly challenge: string;

  private constructor(
    private readonly tokens: TokenValidation,
    private readonly config: Pick<
      KeystoneConfig,
      'wwwAuthenticateUri' | 'serviceTokenRoles' | 'serviceTokenRolesRequired'
    >,
  ) {
    this.challenge = `Keystone uri="${config.wwwAuthenticateUri}"`;
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
    return new KeystoneIdentity(tokens, config);
  }

  async authenticate(headers: IncomingHttpHeaders): Promise<Credentials | null> {
    const token = headerValue(headers, 'x-auth-token');
    if (token === null || !TOKEN.test(token)) return null;
    const serviceRoles = await this.serviceRoles(headers);
    // A service vouches for a user's token that expired while it was at work.
    const user = await this.tokens.validate(token, this.isService(serviceRoles));
    return user && credentialsOfToken(user, serviceRoles);
  }

  /** An invalid service token is as good as none. */
  private async serviceRoles(headers: IncomingHttpHeaders): Promise<readonly string[]> {
    const token = headerValue(headers, 'x-service-token');
    if (token === null || !TOKEN.test(token)) return [];
    const roles = (await this.tokens.validate(token, false))?.roles ?? [];
    return this.config.serviceTokenRolesRequired && !this.isService(roles) ? [] : roles;
  }

  private isService(roles: readonly string[]): boolean {
    return this.config.serviceTokenRoles.some((role) => roles.includes(role));
  }
}

/** How this service logs in. */
export function credentialsOf(config: KeystoneConfig): ServiceCredentials {
  const { ids, username, projectName } = config;
  const domain = (id: string | null, name: string) => (id === null ? { name } : { id });
  const user = { name: username, domain: domain(ids.userDomain, config.userDomainName) };
  const project = { name: projectName, domain: domain(ids.projectDomain, config.projectDomainName) };
  return {
    user: ids.user === null ? user : { id: ids.user },
    password: config.password,
    ...(config.applicationCredential && { applicationCredential: config.applicationCredential }),
    scope: { project: ids.project === null ? project : { id: ids.project } },
  };
}

const credentialsOfToken = (
  { userId, projectId, roles, systemScope }: ValidatedToken,
  serviceRoles: readonly string[],
): Credentials => ({ userId, projectId, roles, serviceRoles, systemScope });
