import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { IdentityUnavailable } from '../../../src/auth/auth.errors.js';
import { KeystoneSettingsInvalid } from '../../../src/auth/keystone/keystone-http.js';
import { IdentityServer } from './identity-server.js';
import { keystoneIdentity } from './keystone-harness.js';
import { issueToken, revokeToken, type Login } from './keystone-tokens.js';

const VALIDATION = 'GET /identity/v3/auth/tokens?nocatalog';
const LOGIN = 'POST /identity/v3/auth/tokens?nocatalog';

describe('the Keystone adapter', () => {
  let server: IdentityServer;
  let service: Login;
  let demo: Login;
  const requests = (): string[] => server.requests.splice(0).filter((each) => each === VALIDATION || each === LOGIN);

  beforeAll(async () => {
    server = await IdentityServer.start();
    service = await server.addServiceUser();
    demo = await server.login('hindsight-demo');
  });
  beforeEach(() => void server.requests.splice(0));
  afterAll(() => server.remove());

  const demoHeaders = async () => ({ 'x-auth-token': (await issueToken(server.url, demo)).token });

  it('asks once for many requests with one token, even at the same time', async () => {
    const identity = await keystoneIdentity(server.url, service, { cacheS: 300 }, server.clock);
    const headers = await demoHeaders();
    await Promise.all(Array.from({ length: 5 }, () => identity.authenticate(headers)));
    await identity.authenticate(headers);

    expect(requests()).toEqual([LOGIN, VALIDATION]);
  });

  it('asks again when the answer has grown old, and so notices a revocation', async () => {
    const identity = await keystoneIdentity(server.url, service, { cacheS: 300 }, server.clock);
    const headers = await demoHeaders();
    await identity.authenticate(headers);
    await revokeToken(server.url, headers['x-auth-token']);
    expect(await identity.authenticate(headers)).not.toBeNull();
    server.putClockForward(301_000);

    expect(await identity.authenticate(headers)).toBeNull();
  });

  it('remembers a refusal for a short time', async () => {
    const identity = await keystoneIdentity(server.url, service, { cacheS: 300 }, server.clock);
    await identity.authenticate({ 'x-auth-token': 'nonsense' });
    await identity.authenticate({ 'x-auth-token': 'nonsense' });
    expect(requests()).toEqual([LOGIN, VALIDATION]);
    server.putClockForward(11_000);
    await identity.authenticate({ 'x-auth-token': 'nonsense' });

    expect(requests()).toEqual([VALIDATION]);
  });

  it('renews its own token once when Keystone takes it no more', async () => {
    const identity = await keystoneIdentity(server.url, service, {}, server.clock);
    await identity.authenticate(await demoHeaders());
    server.putClockForward(2 * 3600 * 1000);
    const headers = await demoHeaders();
    requests();
    const callers = await Promise.all([identity.authenticate(headers), identity.authenticate(headers)]);

    expect(callers.every((caller) => caller !== null)).toBe(true);
    expect(requests()).toEqual([VALIDATION, LOGIN, VALIDATION]);
  });

  it.each(['', '/', '/v3', '/v3/'])('finds the API below an address that ends in "%s"', async (end) => {
    const root = server.url.replace(/\/v3$/, '');
    const identity = await keystoneIdentity(`${root}${end}`, service);

    expect(await identity.authenticate(await demoHeaders())).not.toBeNull();
  });

  it.each([
    ['refuses its credentials', () => ({ ...service, password: 'wrong' }), 'Keystone refuses the service credentials'],
    ['does not let it validate', () => demo, 'may not validate tokens'],
  ])('says that identity is unavailable when Keystone %s', async (_what, login, message) => {
    const identity = await keystoneIdentity(server.url, login());
    const adminToken = (await issueToken(server.url, await server.login('hindsight'))).token;
    const attempt = identity.authenticate({ 'x-auth-token': adminToken });

    await expect(attempt).rejects.toBeInstanceOf(IdentityUnavailable);
    await expect(attempt).rejects.toThrow(message);
  });

  it('says that identity is unavailable when nobody answers', async () => {
    const late = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
    const identity = await keystoneIdentity(`http://127.0.0.1:${(late.address() as AddressInfo).port}/v3`, service);

    await expect(identity.authenticate({ 'x-auth-token': 'x' })).rejects.toBeInstanceOf(IdentityUnavailable);
    await new Promise((resolve) => late.close(resolve));
    await expect(identity.authenticate({ 'x-auth-token': 'x' })).rejects.toThrow('Keystone does not answer');
  });

  it('says that identity is unavailable when something else answers', async () => {
    const identity = await keystoneIdentity(`${server.url}/users`, service);

    await expect(identity.authenticate({ 'x-auth-token': 'x' })).rejects.toThrow('Keystone answers a login with 404');
  });

  it('needs an address and a CA file that can be read', async () => {
    await expect(keystoneIdentity('keystone.example', service)).rejects.toBeInstanceOf(KeystoneSettingsInvalid);
    const options = { caFile: '/no/such/file.pem' };
    await expect(keystoneIdentity('https://keystone.example', service, options)).rejects.toThrow('/no/such/file.pem');
  });
});
