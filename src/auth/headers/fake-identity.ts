import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../caller.js';
import { headerValue } from '../header-value.js';
import type { Identity } from '../identity.js';
import { credentialsWith, roleNames } from './request-credentials.js';

/** For the log of whoever starts this adapter. */
export const TEST_TOKENS_WARNING =
  'Identity "fakeauth": every token "user:project:role" is believed. Whoever reaches this service is whoever they like.';

/**
 * For tests: believes an `X-Auth-Token` of the form `user:project:role[,role]`, and with it `X-Service-Roles` and
 * `OpenStack-System-Scope`. Headers that say who is calling count for nothing.
 */
export class FakeIdentity implements Identity {
  readonly challenge = 'Keystone';

  authenticate(headers: IncomingHttpHeaders): Promise<Credentials | null> {
    return Promise.resolve(credentialsOf(headers));
  }
}

/** Project `none` is none. */
function credentialsOf(headers: IncomingHttpHeaders): Credentials | null {
  const [userId, project, roles, ...rest] = (headerValue(headers, 'x-auth-token') ?? '').split(':');
  if (!userId || !project || roles === undefined || rest.length > 0) return null;
  const projectId = project.toLowerCase() === 'none' ? null : project;
  return credentialsWith(headers, { userId, projectId, roles: roleNames(roles) });
}
