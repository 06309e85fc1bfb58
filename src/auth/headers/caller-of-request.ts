import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../caller.js';
import { headerValue } from '../header-value.js';
import { makesAdmin, normalizedRoles } from '../roles.js';

/** A caller whose scope and service roles stand in the request itself. */
export function callerWith(
  headers: IncomingHttpHeaders,
  known: Pick<Caller, 'userId' | 'projectId' | 'roles'>,
): Caller {
  const systemScope = headerValue(headers, 'openstack-system-scope');
  const serviceRoles = roleNames(headerValue(headers, 'x-service-roles'));
  return { ...known, serviceRoles, systemScope, isAdmin: makesAdmin(known.roles, systemScope) };
}

/** Of a list that commas separate. */
export const roleNames = (list: string | null): readonly string[] => normalizedRoles((list ?? '').split(','));
