import { gunzipSync } from 'node:zlib';
import { acceptsEncoding } from '../../../src/http/accepted-encoding.js';
import { sendHttpRequest } from '../../support/http-client.js';
import type { HttpHeaders, HttpResponse } from '../../support/http-client.js';
import { startEdge } from './edge-harness.js';
import type { EdgeApp } from './edge-harness.js';

const HORIZON = 'https://horizon.example';

/** Runs an edge with some options for the suite. */
function edgeWith(environment: Readonly<Record<string, string>>) {
  let edge: EdgeApp;
  beforeAll(async () => void (edge = await startEdge({ environment })));
  afterAll(() => edge.close());
  return {
    url: () => edge.url,
    send: (method: string, path: string, headers: HttpHeaders = {}): Promise<HttpResponse> =>
      sendHttpRequest(edge.url, { method, path, headers: { 'X-Auth-Token': 'member', ...headers } }),
  };
}

const corsHeaders = ({ headers }: HttpResponse) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-') || name === 'vary'));

describe('web pages of other sites', () => {
  const { send } = edgeWith({
    OS_CORS__ALLOWED_ORIGIN: `${HORIZON},https://other.example`,
    OS_CORS__MAX_AGE: '60',
  });
  const preflight = (headers: HttpHeaders): Promise<HttpResponse> => send('OPTIONS', '/v2/images', headers);

  it('read the answers of the API, refusals too', async () => {
    for (const [path, token] of [
      ['/v2/images', 'member'],
      ['/v2/images/x', 'member'],
      ['/v2/images', 'nonsense'],
      ['/versions', ''],
    ] as const) {
      expect(corsHeaders(await send('GET', path, { Origin: HORIZON, 'X-Auth-Token': token }))).toEqual({
        vary: 'Origin',
        'access-control-allow-origin': HORIZON,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers':
          'X-Image-Meta-Checksum,X-Auth-Token,X-Subject-Token,X-Service-Token,X-OpenStack-Request-ID',
      });
    }
  });

  it('get no leave when they are not named', async () => {
    expect(corsHeaders(await send('GET', '/v2/images', { Origin: 'https://evil.example' }))).toEqual({});
    expect(corsHeaders(await send('GET', '/v2/images'))).toEqual({});
  });

  it('ask beforehand', async () => {
    const asked = { Origin: HORIZON, 'Access-Control-Request-Method': 'PATCH' };
    const headers = { 'Access-Control-Request-Headers': 'x-auth-token, content-type' };
    const answer = await preflight({ ...asked, ...headers });
    expect(answer.status).toBe(200);
    expect(corsHeaders(answer)).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': HORIZON,
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
      'access-control-allow-methods': 'PATCH',
      'access-control-allow-headers': 'x-auth-token,content-type',
    });
  });

  it.each<readonly [string, HttpHeaders]>([
    ['another method', { 'Access-Control-Request-Method': 'PURGE' }],
    ['no method', {}],
    [
      'another header',
      { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'X-Auth-Token, X-Other' },
    ],
    ['another origin', { 'Access-Control-Request-Method': 'GET', Origin: 'https://evil.example' }],
  ])('get no leave for %s', async (_name, headers) => {
    const answer = await preflight({ Origin: HORIZON, ...headers });
    expect([answer.status, corsHeaders(answer)]).toEqual([200, {}]);
  });
});

describe('rules for further origins', () => {
  const { send } = edgeWith({
    OS_CORS__ALLOWED_ORIGIN: '*',
    OS_CORS__ALLOW_CREDENTIALS: 'false',
    OS_CORS__EXPOSE_HEADERS: '',
    'OS_CORS.HORIZON__ALLOWED_ORIGIN': HORIZON,
    'OS_CORS.HORIZON__ALLOW_CREDENTIALS': 'true',
  });

  it('take from the general rule what they do not say', async () => {
    expect(corsHeaders(await send('GET', '/v2/images', { Origin: HORIZON }))).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': HORIZON,
      'access-control-allow-credentials': 'true',
    });
    expect(corsHeaders(await send('GET', '/v2/images', { Origin: 'https://any.example' }))).toEqual({
      vary: 'Origin',
      'access-control-allow-origin': '*',
    });
  });
});

describe('compression', () => {
  const { send } = edgeWith({ OS_HINDSIGHT__GZIP_RESPONSES: 'true' });

  it('makes large documents small for clients that accept it', async () => {
    const plain = await send('GET', '/v2/schemas/image');
    const packed = await send('GET', '/v2/schemas/image', { 'Accept-Encoding': 'deflate, gzip;q=0.5' });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(plain.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-type': 'application/json' });
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(packed.body.length).toBe(Number(packed.headers['content-length'] ?? packed.body.length));
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
  });

  it('leaves small documents and refusals as they are', async () => {
    for (const path of ['/v2/info/import', '/v2/images/x'])
      expect((await send('GET', path, { 'Accept-Encoding': 'gzip' })).headers).not.toHaveProperty('content-encoding');
  });

  it.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZIP', true],
    ['deflate, gzip;q=0.1', true],
    ['gzip;q=0', false],
    ['*', true],
    ['*;q=0', false],
    ['identity, *;q=0.5, gzip;q=0', false],
    ['gzip;q=nonsense', false],
    ['gzipped', false],
  ])('understands Accept-Encoding: %s', (header, accepted) => {
    expect(acceptsEncoding(header, 'gzip')).toBe(accepted);
  });
});

describe('a trusted proxy', () => {
  const { send, url } = edgeWith({ OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADERS_PARSING: 'true' });
  const baseUrlFor = async (headers: HttpHeaders): Promise<string> =>
    (await send('GET', '/versions', headers)).json.versions[0].links[0].href.replace(/\/v2\/$/, '');

  it.each<readonly [HttpHeaders, string]>([
    [{ 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'images.example:8443' }, 'https://images.example:8443'],
    [{ 'X-Forwarded-Host': 'first.example, second.example' }, 'http://first.example'],
    [{ 'X-Forwarded-Host': 'h.example', 'X-Forwarded-Prefix': '/image/' }, 'http://h.example/image'],
    [{ Forwarded: 'for=192.0.2.60;proto=https;host="[2001:db8::1]:8443", for=1.2.3.4' }, 'https://[2001:db8::1]:8443'],
    [{ Forwarded: 'host=f.example', 'X-Forwarded-Host': 'x.example' }, 'http://f.example'],
  ])('says under which URL it is reached: %j', async (headers, expected) => {
    expect(await baseUrlFor(headers)).toBe(expected);
  });

  it.each<HttpHeaders>([
    { 'X-Forwarded-Proto': 'javascript' },
    { 'X-Forwarded-Host': 'evil.example/path?' },
    { 'X-Forwarded-Prefix': '//evil.example' },
    { Forwarded: ';;;=,' },
  ])('is not believed what is no part of a URL: %j', async (headers) => {
    expect(await baseUrlFor(headers)).toBe(url());
  });
});

describe('nobody', () => {
  const { send } = edgeWith({ OS_DEFAULT__ALLOW_ANONYMOUS_ACCESS: 'true' });

  it.each(['', 'nonsense'])('is who sends the token "%s", and may read', async (token) => {
    const answer = await send('GET', '/v2/images', { 'X-Auth-Token': token });
    expect(answer.status).toBe(200);
    expect(answer.json.context.caller).toMatchObject({ userId: null, projectId: null, roles: [], isAdmin: false });
  });

  it.each([
    ['POST', '/v2/images'],
    ['PATCH', '/v2/images/x'],
    ['DELETE', '/v2/images/x'],
    ['PUT', '/v2/images/x/file'],
  ])('may not %s %s', async (method, path) => {
    const answer = await send(method, path, { 'X-Auth-Token': '' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Read-only context');
  });

  it('is not who has a valid token', async () => {
    expect((await send('GET', '/v2/images')).json.context.caller.projectId).toBe('p1');
  });
});
