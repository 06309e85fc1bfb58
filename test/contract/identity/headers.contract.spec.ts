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

for (const [name, credentials] of Object.entries({ 'trusted headers': proxied, 'literal tokens': inToken })) {
  identityContract(name, new Set(), () =>
    Promise.resolve({
      identity: new HeaderIdentity(),
      member: { userId: 'u-member', projectId: 'p-member' },
      mixedCaseRole: 'Auditor',
      credentials: (person, scope) => Promise.resolve(credentials(person, scope)),
      viaService: (headers) => Promise.resolve({ ...headers, 'x-service-roles': 'Service, reader' }),
      tearDown: () => Promise.resolve(),
    }),
  );
}
