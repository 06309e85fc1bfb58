import { describeWithBackend } from '../../support/backends.js';
import { identityContract } from './identity.contract.js';
import { keystoneIdentity, tokenHarness, type Logins } from './keystone-harness.js';

/**
 * `{"url": "http://host:5000/v3", "admin": <login>, "member": <login>, "service": <login>}`, a login being
 * `{"username", "password", "projectName", "userDomainName", "projectDomainName"}`. The service user needs the role
 * `service` and may validate tokens; the admin has a role in the system.
 */
const keystone = process.env['HINDSIGHT_TEST_KEYSTONE'] ?? '';

describeWithBackend('Keystone', keystone !== '', () => {
  identityContract('Keystone', new Set(['tokens']), async () => {
    const { url, ...logins } = JSON.parse(keystone) as Logins & { url: string };
    const identity = await keystoneIdentity(url, logins.service);
    return tokenHarness(identity, url, logins, { tearDown: () => Promise.resolve() });
  });
});
