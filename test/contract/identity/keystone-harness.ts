import type { Identity } from '../../../src/auth/identity.js';
import { KeystoneIdentity } from '../../../src/auth/keystone/keystone-identity.js';
import type { KeystoneConfig } from '../../../src/auth/keystone/keystone-identity.js';
import { systemClock } from '../../../src/kernel/clock.js';
import type { Clock } from '../../../src/kernel/clock.js';
import type { IdentityHarness, Person } from './identity.contract.js';
import { issueToken, revokeToken, type Login } from './keystone-tokens.js';

export type Logins = Readonly<Record<Person | 'service', Login>>;

/** The adapter under test, asking the Keystone at this URL. */
export const keystoneIdentity = (
  url: string,
  service: Login,
  options: Partial<KeystoneConfig> = {},
  clock: Clock = systemClock,
): Promise<KeystoneIdentity> =>
  KeystoneIdentity.create(
    {
      kind: 'keystone',
      authUrl: url,
      wwwAuthenticateUri: url,
      ...service,
      ids: { user: null, userDomain: null, project: null, projectDomain: null },
      serviceTokenRoles: ['service'],
      serviceTokenRolesRequired: false,
      timeoutS: 10,
      cacheS: 0,
      insecure: false,
      caFile: null,
      ...options,
    },
    clock,
  );

/** A harness whose credentials are tokens of the Keystone at this URL. */
export async function tokenHarness(
  identity: Identity,
  url: string,
  logins: Logins,
  rest: Pick<IdentityHarness, 'tearDown' | 'expireAll' | 'mixedCaseRole'>,
): Promise<IdentityHarness> {
  const { userId, projectId } = await issueToken(url, logins.member);
  return {
    identity,
    member: { userId, projectId: projectId! },
    credentials: async (person, scope) => ({ 'x-auth-token': (await issueToken(url, logins[person], scope)).token }),
    viaService: async (headers) => ({
      ...headers,
      'x-service-token': (await issueToken(url, logins.service)).token,
    }),
    revoke: (headers) => revokeToken(url, String(headers['x-auth-token'])),
    ...rest,
  };
}
