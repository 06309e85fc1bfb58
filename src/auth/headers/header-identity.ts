import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../caller.js';
import { headerValue } from '../header-value.js';
import type { Identity } from '../identity.js';
import { credentialsWith, roleNames } from './request-credentials.js';

/** For the log of whoever starts this adapter. */
export const TRUSTED_HEADERS_WARNING =
  'Identity "headers": every request is believed to be from whom its headers say. ' +
  'Only an authenticating proxy may reach this service, and it must strip these headers from what clients send.';

/**
 * Believes what an authenticating proxy has found out (`X-User-Id`, `X-Project-Id`, `X-Roles`, ...), if it says that it has:
 * by `X-Identity-Status: Confirmed`. A token means nothing to it.
 */
export class HeaderIdentity implements Identity {
  readonly challenge = 'Keystone';

  authenticate(headers: IncomingHttpHeaders): Promise<Credentials | null> {
    const isConfirmed = headerValue(headers, 'x-identity-status') === 'Confirmed';
    return Promise.resolve(isConfirmed ? credentialsOf(headers) : null);
  }
}

/** Roles that somebody has in a domain are about no project, and rules are about projects. */
function credentialsOf(headers: IncomingHttpHeaders): Credentials {
  const isOfDomain = headerValue(headers, 'x-domain-id') !== null;
  return credentialsWith(headers, {
    userId: headerValue(headers, 'x-user-id', 'x-user'),
    projectId: headerValue(headers, 'x-project-id', 'x-tenant-id', 'x-tenant'),
    roles: isOfDomain ? [] : roleNames(headerValue(headers, 'x-roles', 'x-role')),
  });
}
