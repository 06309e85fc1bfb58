import { identityContract } from './identity.contract.js';
import { IdentityServer } from './identity-server.js';
import { keystoneIdentity, tokenHarness, type Logins } from './keystone-harness.js';

const TWO_HOURS_MS = 2 * 3600 * 1000;
const capabilities = new Set(['tokens', 'expiry'] as const);

const start = async (): Promise<{ server: IdentityServer; logins: Logins }> => {
  const server = await IdentityServer.start();
  const service = await server.addServiceUser();
  return {
    server,
    logins: { admin: await server.login('hindsight'), member: await server.login('hindsight-demo'), service },
  };
};

const facts = (server: IdentityServer) => ({
  mixedCaseRole: 'Auditor',
  expireAll: () => server.putClockForward(TWO_HOURS_MS),
  tearDown: () => server.remove(),
});

identityContract('built-in', capabilities, async () => {
  const { server, logins } = await start();
  return tokenHarness(server.identity, server.url, logins, facts(server));
});

identityContract('Keystone, played by the built-in identity service', capabilities, async () => {
  const { server, logins } = await start();
  const identity = await keystoneIdentity(server.url, logins.service, {}, server.clock);
  return tokenHarness(identity, server.url, logins, facts(server));
});
