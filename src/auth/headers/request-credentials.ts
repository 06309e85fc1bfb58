import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from '../caller.js';
import { headerValue } from '../header-value.js';
import { normalizedRoles } from '../roles.js';

/** Credentials whose scope and service roles stand in the request itself. */
export function credentialsWith(
  headers: IncomingHttpHeaders,
  known: Pick<Credentials, 'userId' | 'projectId' | 'roles'>,
): Credentials {
  const systemScope = headerValue(headers, 'openstack-system-scope');
  const serviceRoles = roleNames(headerValue(headers, 'x-service-roles'));
  return { ...known, serviceRoles, systemScope };
}

/** Of a list that commas separate. */
export const roleNames = (list: string | null): readonly string[] => normalizedRoles((list ?? '').split(','));
