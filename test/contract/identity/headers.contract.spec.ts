import { FakeIdentity } from '../../../src/auth/headers/fake-identity.js';
import { HeaderIdentity } from '../../../src/auth/headers/header-identity.js';
import { identityContract, type CredentialScope, type Person } from './identity.contract.js';

const ROLES: Readonly<Record<Person, string>> = { admin: 'Admin,member,reader', member: 'member,reader,Auditor' };

const proxied = (person: Person, scope: CredentialScope) => ({
  'x-identity-status': 'Confirmed',
  'x-user-id': `u-${person}`,
  ...(scope === 'project' ? { 'x-project-id': `p-${person}` } : {}),
  ...(scope === 'none' ? {} : { 'x-roles': ROLES[person] }),
  ...(scope === 'system' ? { 'openstack-system-scope': 'all' } : {}),
});

const inToken = (person: Person, scope: CredentialScope) => ({
  'x-auth-token': `u-${person}:${scope === 'project' ? `p-${person}` : 'none'}:${scope === 'none' ? '' : ROLES[person]}`,
  ...(scope === 'system' ? { 'openstack-system-scope': 'all' } : {}),
});

const ADAPTERS = [
  { name: 'trusted headers', identity: new HeaderIdentity(), credentials: proxied },
  { name: 'test tokens', identity: new FakeIdentity(), credentials: inToken },
] as const;

for (const { name, identity, credentials } of ADAPTERS) {
  identityContract(name, new Set(), () =>
    Promise.resolve({
      identity,
      member: { userId: 'u-member', projectId: 'p-member' },
      mixedCaseRole: 'Auditor',
      credentials: (person, scope) => Promise.resolve(credentials(person, scope)),
      viaService: (headers) => Promise.resolve({ ...headers, 'x-service-roles': 'Service, reader' }),
      tearDown: () => Promise.resolve(),
    }),
  );
}
