import { cloudToken, keystoneOptions } from '../support/cloud.js';
import { expectProblem, expectStatus } from '../support/expectations.js';
import type { HttpHeaders } from '../support/http-client.js';
import { ImageSession } from '../support/image-session.js';
import { Service } from '../support/service.js';
import type { ServiceEnvironment } from '../support/service.js';

/** Everything by which a caller could be taken for somebody else. */
const CLAIMS = {
  'X-Identity-Status': 'Confirmed',
  'X-User-Id': 'mallory',
  'X-Project-Id': 'P-other',
  'X-Tenant-Id': 'P-other',
  'X-Roles': 'admin,service',
  'X-Role': 'admin',
  'X-Service-Roles': 'service',
  'X-Service-Identity-Status': 'Confirmed',
  'X-Is-Admin-Project': 'True',
  'OpenStack-System-Scope': 'all',
};

describe('headers of a trusted proxy', () => {
  let service: Service;
  const nobody = new ImageSession(() => service.url, null);

  beforeAll(async () => {
    service = await Service.start({ environment: () => ({ OS_HINDSIGHT__IDENTITY: 'headers' }) });
  });
  afterAll(() => service.remove());

  it('say who is calling when the proxy has confirmed it', async () => {
    const confirmed = { 'X-Identity-Status': 'Confirmed', 'X-User-Id': 'U1', 'X-Roles': 'Member,reader' };
    const created = await nobody.post('/v2/images', {}, { ...confirmed, 'X-Project-Id': 'P1' });

    expect(expectStatus(created, 201).json).toMatchObject({ owner: 'P1' });
    expectStatus(await nobody.get(created.json.self, { ...confirmed, 'X-Project-Id': 'P2' }), 404);
  });

  it.each<[string, HttpHeaders]>([
    ['nothing at all', {}],
    ['a test token', { 'X-Auth-Token': 'U1:P1:admin' }],
    ['no status', { 'X-User-Id': 'U1', 'X-Project-Id': 'P1', 'X-Roles': 'admin' }],
    ['another status', { ...CLAIMS, 'X-Identity-Status': 'Invalid' }],
    ['two statuses', { ...CLAIMS, 'X-Identity-Status': 'Confirmed, Invalid' }],
  ])('let nobody in by %s', async (_what, headers) => {
    expectProblem(await nobody.get('/v2/images', headers), 401);
  });
});

describe('tokens of a Keystone', () => {
  let keystone: Service;
  let token: string;
  const started: Service[] = [];

  const start = async (environment: ServiceEnvironment = {}): Promise<ImageSession> => {
    const options = { ...(await keystoneOptions(keystone)), ...environment };
    const service = await Service.start({ environment: () => options });
    started.push(service);
    return new ImageSession(() => service.url, null);
  };
  const demo = (headers: HttpHeaders = {}): HttpHeaders => ({ ...headers, 'X-Auth-Token': token });

  beforeAll(async () => {
    keystone = await Service.start();
    token = await cloudToken(keystone, 'hindsight-demo');
  });
  afterAll(async () => {
    for (const service of [...started, keystone]) await service.remove();
  });

  it('say who is calling, and no header does', async () => {
    const client = await start();
    const owned = expectStatus(await client.post('/v2/images', {}, demo()), 201).json;
    const claimed = expectStatus(await client.post('/v2/images', {}, demo(CLAIMS)), 201).json;

    expect(claimed.owner).toBe(owned.owner);
    expectProblem(await client.post('/v2/images', { visibility: 'public' }, demo(CLAIMS)), 403, 'publicize_image');
    expectProblem(await client.post('/v2/images', { owner: 'P-other' }, demo(CLAIMS)), 403, 'P-other');
    expectProblem(await client.get('/v2/tasks', demo(CLAIMS)), 403, 'tasks_api_access');
    expectProblem(await client.get('/v2/info/stores/detail', demo(CLAIMS)), 403, 'stores_info_detail');
    expectProblem(await client.get('/v2/images', CLAIMS), 401);
    expectProblem(await client.get('/v2/images', { ...CLAIMS, 'X-Auth-Token': 'mallory:P-other:admin' }), 401);
  });

  it('are no more than nobody when they are invalid and nobody is let in', async () => {
    const client = await start({ OS_DEFAULT__ALLOW_ANONYMOUS_ACCESS: 'true' });
    const shared = expectStatus(await client.post('/v2/images', { visibility: 'community' }, demo()), 201).json;
    const secret = expectStatus(await client.post('/v2/images', { visibility: 'private' }, demo()), 201).json;

    for (const headers of [{}, CLAIMS, { ...CLAIMS, 'X-Auth-Token': 'nonsense' }]) {
      expectProblem(await client.get('/v2/images', headers), 403, 'get_images');
      for (const { self } of [shared, secret]) expectProblem(await client.get(self, headers), 404);
      expectProblem(await client.post('/v2/images', {}, headers), 403, 'Read-only context');
      expectProblem(await client.request('DELETE', shared.self, { headers }), 403, 'Read-only context');
    }
    expectStatus(await client.get(secret.self, demo()), 200);
  });

  it('are not taken for nobody when the Keystone cannot be asked', async () => {
    const client = await start({ OS_DEFAULT__ALLOW_ANONYMOUS_ACCESS: 'true' });
    await keystone.stop();
    try {
      expectProblem(await client.get('/v2/images', demo()), 503);
    } finally {
      await keystone.launch();
    }
  });
});
