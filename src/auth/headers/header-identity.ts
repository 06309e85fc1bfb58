import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../caller.js';
import { headerValue } from '../header-value.js';
import type { Identity } from '../identity.js';
import { makesAdmin, normalizedRoles } from '../roles.js';

/** For the log of whoever starts this adapter. */
export const TRUSTED_HEADERS_WARNING =
  'Identity "headers": every request is believed to be from whom its headers say. ' +
  'Only an authenticating proxy may reach this service, and it must strip these headers from what clients send.';

/**
 * Believes what an authenticating proxy has found out (`X-Identity-Status`, `X-User-Id`, `X-Project-Id`, `X-Roles`, ...).
 * Without `X-Identity-Status` it takes test tokens, if it may; see FakeIdentity.
 */
export class HeaderIdentity implements Identity {
  readonly challenge = 'Keystone';

  constructor(private readonly testTokens = true) {}

  authenticate(headers: IncomingHttpHeaders): Promise<Caller | null> {
    const status = headerValue(headers, 'x-identity-status');
    if (status === null) return Promise.resolve(this.testTokens ? callerOfToken(headers) : null);
    return Promise.resolve(status === 'Confirmed' ? callerOfHeaders(headers) : null);
  }
}

/** For the log of whoever starts this adapter. */
export const TEST_TOKENS_WARNING =
  'Identity "fakeauth": every token "user:project:role" is believed. Whoever reaches this service is whoever they like.';

/** Believes an `X-Auth-Token` of the form `user:project:role[,role]`, and no other header. For tests. */
export class FakeIdentity implements Identity {
  readonly challenge = 'Keystone';

  authenticate(headers: IncomingHttpHeaders): Promise<Caller | null> {
    return Promise.resolve(callerOfToken({ 'x-auth-token': headers['x-auth-token'] }));
  }
}

function callerOfHeaders(headers: IncomingHttpHeaders): Caller {
  const userId = headerValue(headers, 'x-user-id', 'x-user');
  const projectId = headerValue(headers, 'x-project-id', 'x-tenant-id', 'x-tenant');
  return caller(headers, userId, projectId, roleNames(headerValue(headers, 'x-roles', 'x-role')));
}

/** Project `none` is none. */
function callerOfToken(headers: IncomingHttpHeaders): Caller | null {
  const [user, project, roles, ...rest] = (headerValue(headers, 'x-auth-token') ?? '').split(':');
  if (!user || !project || roles === undefined || rest.length > 0) return null;
  return caller(headers, user, project.toLowerCase() === 'none' ? null : project, roleNames(roles));
}

function caller(
  headers: IncomingHttpHeaders,
  userId: string | null,
  projectId: string | null,
  roles: readonly string[],
): Caller {
  const systemScope = headerValue(headers, 'openstack-system-scope');
  const serviceRoles = roleNames(headerValue(headers, 'x-service-roles'));
  return { userId, projectId, roles, serviceRoles, systemScope, isAdmin: makesAdmin(roles, systemScope) };
}

const roleNames = (value: string | null): readonly string[] => normalizedRoles((value ?? '').split(','));
