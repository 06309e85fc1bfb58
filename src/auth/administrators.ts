import type { Caller, Credentials } from './caller.js';
import { credentialsOf } from './policy-credentials.js';
import type { Policy } from './policy.js';

/**
 * Who calls with these credentials; the rule `context_is_admin` says whether that is an administrator.
 * @throws PolicyServerUnavailable when the rule asks a server, and that cannot be asked
 */
export async function callerOf(credentials: Credentials, policy: Policy): Promise<Caller> {
  const caller = { ...credentials, isAdmin: false };
  return { ...caller, isAdmin: await policy.allows('context_is_admin', caller, credentialsOf(caller)) };
}
