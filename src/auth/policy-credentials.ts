import type { Caller } from './caller.js';

type Read = (caller: Caller) => unknown;

/** What rules may ask about the caller, by the names that they use. */
const CREDENTIALS: Readonly<Record<string, Read>> = {
  user_id: ({ userId }) => userId,
  user: ({ userId }) => userId,
  project_id: ({ projectId }) => projectId,
  tenant: ({ projectId }) => projectId,
  roles: ({ roles }) => roles,
  service_roles: ({ serviceRoles }) => serviceRoles,
  system_scope: ({ systemScope }) => systemScope,
  is_admin: ({ isAdmin }) => isAdmin,
};

const READERS: ReadonlyMap<string, Read> = new Map(Object.entries(CREDENTIALS));

/** @returns undefined for what callers of this service never have */
export const credentialReader = (name: string): Read | undefined => READERS.get(name);

/** All of it, as servers of remote checks are told. */
export function credentialsOf(caller: Caller): Readonly<Record<string, unknown>> {
  const credentials: Record<string, unknown> = {};
  for (const [name, read] of READERS) credentials[name] = read(caller);
  return credentials;
}
