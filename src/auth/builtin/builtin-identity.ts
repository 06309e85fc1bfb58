import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../caller.js';
import { headerValue } from '../header-value.js';
import type { Identity } from '../identity.js';
import { normalizedRoles } from '../roles.js';
import type { ServiceAddress } from './service-address.js';
import { credentialsOfSession, type Sessions } from './sessions.js';

/** Knows callers by the tokens of the identity service in this very process. */
export class BuiltinIdentity implements Identity {
  constructor(
    private readonly sessions: Sessions,
    private readonly address: ServiceAddress,
  ) {}

  get challenge(): string {
    return `Keystone uri="${this.address.identityUrl}"`;
  }

  async authenticate(headers: IncomingHttpHeaders): Promise<Credentials | null> {
    const session = await this.sessions.open(headerValue(headers, 'x-auth-token'));
    if (session === null) return null;
    const service = await this.sessions.open(headerValue(headers, 'x-service-token'));
    return credentialsOfSession(session, normalizedRoles(service?.roles.map((role) => role.name) ?? []));
  }
}
