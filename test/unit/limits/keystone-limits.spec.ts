import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KeystoneHttp } from '../../../src/auth/keystone/keystone-http.js';
import { ServiceLogin } from '../../../src/auth/keystone/service-login.js';
import { KeystoneLimits } from '../../../src/limits/keystone/keystone-limits.js';

type Answer = (response: ServerResponse) => void;

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const TOKEN = json(201, {}, { 'x-subject-token': 'secret-token' });
const ENDPOINT = json(200, { endpoint: { service_id: 's', region_id: 'r' } });
const registered = (limit: number): Answer =>
  json(200, { registered_limits: [{ resource_name: 'image_count_total', default_limit: limit }] });
const NO_LIMITS = json(200, { limits: [] });
const ofProject = (project: string, limit: number): Answer =>
  json(200, { limits: [{ resource_name: 'image_count_total', resource_limit: limit, project_id: project }] });

describe('limits of a Keystone', () => {
  let server: Server;
  let requests: string[];
  let answers: Record<string, Answer>;
  let nowMs: number;

  beforeEach(async () => {
    requests = [];
    nowMs = 0;
    answers = { login: TOKEN, endpoints: ENDPOINT, registered_limits: registered(3), limits: NO_LIMITS };
    server = createServer((request, response) => {
      requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
      request.resume();
      const [, , resource = ''] = (request.url ?? '').split(/[/?]/);
      answers[resource === 'auth' ? 'login' : resource]!(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const open = async (timeoutS = 10): Promise<KeystoneLimits> => {
    const { port } = server.address() as AddressInfo;
    const authUrl = `http://127.0.0.1:${port}`;
    const http = await KeystoneHttp.to({ authUrl, caFile: null, insecure: false, timeoutS });
    const credentials = { user: { id: 'u' }, password: 'secret', scope: { system: { all: true } } } as const;
    const endpoint = { id: 'e', serviceType: 'image', serviceName: null, region: null, interface: 'public' };
    const clock = { now: () => new Date(nowMs) };
    return new KeystoneLimits(http, new ServiceLogin(http, credentials), endpoint, clock, 10);
  };

  it('are those that are registered, and 0 for what is not', async () => {
    expect(await (await open()).limitsOf('p')).toEqual({
      image_count_total: 3,
      image_size_total: 0,
      image_stage_total: 0,
      image_count_uploading: 0,
    });
    expect(requests).toEqual([
      'POST /v3/auth/tokens?nocatalog',
      'GET /v3/endpoints/e',
      'GET /v3/limits?service_id=s&region_id=r&project_id=p',
      'GET /v3/registered_limits?service_id=s&region_id=r',
    ]);
  });

  it('are not those of another project, which Keystone tells whoever may not see all', async () => {
    answers['limits'] = ofProject('service', 1000);
    expect(await (await open()).limitsOf('p')).toMatchObject({ image_count_total: 3 });
  });

  it('are asked for once in a while, also by many at once', async () => {
    const limits = await open();
    await Promise.all([limits.limitsOf('p'), limits.limitsOf('p'), limits.limitsOf('p')]);
    nowMs = 9_999;
    answers['registered_limits'] = registered(7);
    expect(await limits.limitsOf('p')).toMatchObject({ image_count_total: 3 });
    expect(requests).toHaveLength(4);
    nowMs = 10_000;
    expect(await limits.limitsOf('p')).toMatchObject({ image_count_total: 7 });
    expect(requests).toHaveLength(6);
  });

  it('are asked for with a new token when the old one is not taken any more', async () => {
    const limits = await open();
    await limits.limitsOf('p');
    let refused = 0;
    nowMs = 10_000;
    answers['limits'] = (response) => (refused++ === 0 ? json(401, {})(response) : ofProject('p', 9)(response));
    expect(await limits.limitsOf('p')).toMatchObject({ image_count_total: 9 });
    expect(requests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
  });

  it.each<readonly [string, string, Answer, string]>([
    ['refuses the login', 'login', json(401, {}), 'auth.identity_unavailable'],
    ['is broken', 'registered_limits', json(500, {}), 'auth.identity_unavailable'],
    ['is busy', 'limits', json(429, {}), 'auth.identity_unavailable'],
    ['cuts the connection', 'limits', (response) => response.destroy(), 'auth.identity_unavailable'],
    ['does not answer in JSON', 'limits', (response) => response.end('<html>'), 'auth.identity_unavailable'],
    ['answers something else', 'limits', json(200, { limits: [{}] }), 'auth.identity_unavailable'],
    ['registers something else', 'registered_limits', json(200, []), 'auth.identity_unavailable'],
    ['has another catalogue', 'endpoints', json(200, { endpoint: null }), 'auth.identity_unavailable'],
    ['does not know the endpoint', 'endpoints', json(404, {}), 'limits.unusable'],
    ['forbids to read limits', 'registered_limits', json(403, {}), 'limits.unusable'],
  ])('are unknown, and not unlimited, while Keystone %s', async (_name, resource, answer, code) => {
    const limits = await open();
    const works = answers[resource]!;
    answers[resource] = answer;
    await expect(limits.limitsOf('p')).rejects.toMatchObject({ code });
    answers[resource] = works;
    expect(await limits.limitsOf('p')).toMatchObject({ image_count_total: 3 });
  });

  it('are unknown when Keystone does not answer in time', async () => {
    answers['limits'] = () => undefined;
    await expect((await open(0.05)).limitsOf('p')).rejects.toMatchObject({ code: 'auth.identity_unavailable' });
  });

  it('never tell a secret in what is thrown', async () => {
    answers['registered_limits'] = json(403, {});
    const error: unknown = await (await open()).limitsOf('p').catch((thrown: unknown) => thrown);
    expect(JSON.stringify([String(error), error])).not.toMatch(/secret/);
  });
});
