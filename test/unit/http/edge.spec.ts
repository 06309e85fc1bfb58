import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHttpRequest, sendHttpRequest } from '../../support/http-client.js';
import type { HttpRequest, HttpResponse } from '../../support/http-client.js';
import { startEdge } from './edge-harness.js';
import type { EdgeApp } from './edge-harness.js';

const ID = '0c0ffee0-0000-4000-8000-000000000001';
const JSON_ONLY = { Accept: 'application/json' };

describe('the HTTP edge', () => {
  let edge: EdgeApp;
  const cacheAndStores = { multipleStores: true, api: { imageCacheDir: '/cache', maxJsonBodyBytes: 1000 } };

  beforeAll(async () => {
    edge = await startEdge({
      ...cacheAndStores,
      stores: [
        { id: 'fast', type: 'file', description: 'first', weight: 20, isDefault: true, readOnly: false },
        { id: 'web', type: 'http', description: '', weight: 0, isDefault: false, readOnly: true },
      ],
    });
  });
  afterAll(() => edge.close());

  const send = (method: string, path: string, more: Partial<HttpRequest> = {}): Promise<HttpResponse> =>
    sendHttpRequest(edge.url, { method, path, ...more });
  const member = (method: string, path: string, more: Partial<HttpRequest> = {}): Promise<HttpResponse> =>
    send(method, path, { ...more, headers: { 'X-Auth-Token': 'member', ...more.headers } });

  describe('version discovery', () => {
    it.each([
      ['DISC-01', '/', 300],
      ['DISC-02', '/versions', 200],
      ['DISC-03', '/v10', 300],
      ['DISC-04', '/va.1/images', 300],
      ['DISC-05', '/', 300],
      ['versions with a tail', '/versions/any/thing', 200],
      ['an unknown segment', '/foo?x=1', 300],
      ['the first API', '/v1/images', 300],
      ['a minor version that is not announced', '/v2.99/images', 300],
      ['an escaped segment', '/%66oo/images', 300],
      ['no absolute path', '*', 300],
    ])('%s: GET %s answers with the version document', async (_case, path, status) => {
      const response = await send('GET', path, { headers: { Accept: 'unknown' } });
      expect(response.status).toBe(status);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.headers['location']).toBeUndefined();
      expect(response.headers['x-openstack-request-id']).toBeUndefined();
      expect(response.json.versions.length).toBe(19);
    });

    it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'PURGE', 'PROPFIND'])('%s / is a 300 too', async (method) => {
      const response = await send(method, '/', { headers: { 'Content-Type': 'nonsense' }, body: 'x' });
      expect(response.status).toBe(300);
    });

    it('DISC-06, DISC-07, DISC-08: names 19 versions in order, the newest current, all under one URL', async () => {
      const { versions } = (await send('GET', '/versions')).json;
      expect(versions.map(({ id }: { id: string }) => id)).toEqual(
        Array.from({ length: 19 }, (_, index) => `v2.${18 - index}`),
      );
      expect(versions.filter(({ status }: { status: string }) => status === 'CURRENT')).toEqual([
        { id: 'v2.18', status: 'CURRENT', links: [{ rel: 'self', href: `${edge.url}/v2/` }] },
      ]);
      expect(new Set(versions.map(({ links }: any) => links[0].href))).toEqual(new Set([`${edge.url}/v2/`]));
    });

    it('DISC-09: uses the public endpoint when there is one', async () => {
      const proxied = await startEdge({ api: { publicEndpoint: 'http://lb/image' } });
      const response = await sendHttpRequest(proxied.url, { method: 'GET', path: '/versions' });
      await proxied.close();
      expect(response.json.versions[0].links[0].href).toBe('http://lb/image/v2/');
    });

    it('does not believe forwarding headers', async () => {
      const headers = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' };
      const response = await send('GET', '/versions', { headers });
      expect(response.json.versions[0].links[0].href).toBe(`${edge.url}/v2/`);
    });

    it.each(['/v2.0/images', '/v2.7/images', '/v2.18/images', '/%76%32/images', 'http://any.example/v2/images'])(
      'DISC-10: serves %s like /v2/images',
      async (path) => expect((await member('GET', path)).status).toBe(200),
    );

    it.each([
      ['DISC-11: takes the path as it is', 'application/vnd.openstack.images-v2', '/images', 200],
      ['takes a minor version', 'application/vnd.openstack.images-v2.3', '/images', 200],
      ['adds no second version', 'application/vnd.openstack.images-v2', '/v2/images', 404],
      ['answers an unknown version with the document', 'application/vnd.openstack.images-v9', '/images', 300],
    ])('a version in the media type: %s', async (_case, accept, path, status) => {
      expect((await member('GET', path, { headers: { Accept: accept } })).status).toBe(status);
    });

    it.each(['/v2/images', '/v2', '/v2/', '/v2?x=1', '/v2/nonsense', '/v2.3/images', '/%762/images'])(
      'DISC-12: GET %s without a token is a 401 with a challenge',
      async (path) => {
        const response = await send('GET', path, { headers: JSON_ONLY });
        expect(response.status).toBe(401);
        expect(response.headers['www-authenticate']).toBe('Keystone uri="http://keystone.example:5000"');
        expect(response.headers['x-openstack-request-id']).toBeUndefined();
        expect(response.json.code).toBe('401 Unauthorized');
      },
    );

    it('redirects /v2 to /v2/, where there is nothing', async () => {
      const redirect = await member('GET', '/v2');
      expect(redirect.status).toBe(302);
      expect(redirect.headers).toMatchObject({
        location: `${edge.url}/v2/`,
        'content-type': 'text/plain; charset=UTF-8',
      });
      expect(redirect.text).toBe('');
      expect((await member('GET', '/v2/')).status).toBe(404);
    });

    it.each([
      ['/identity/v3', 200],
      ['/identity/v4', 404],
      ['/identity', 404],
      ['/metrics', 404],
    ])('leaves %s to its owner', async (path, status) => expect((await send('GET', path)).status).toBe(status));
  });

  describe('health', () => {
    it('DISC-13: says OK as text, or as JSON when asked', async () => {
      const text = await send('GET', '/healthcheck', { headers: { Accept: '*/*' } });
      expect([text.status, text.text, text.headers['content-type']]).toEqual([200, 'OK', 'text/plain; charset=UTF-8']);
      expect((await send('GET', '/healthcheck', { headers: JSON_ONLY })).json).toEqual({
        detailed: false,
        reasons: ['OK'],
      });
      expect((await send('HEAD', '/healthcheck')).status).toBe(200);
    });

    it('says 503 while the disable file exists', async () => {
      const healthcheckDisableFile = join(mkdtempSync(join(tmpdir(), 'edge-')), 'down');
      const drained = await startEdge({ api: { healthcheckDisableFile } });
      const check = () => sendHttpRequest(drained.url, { method: 'GET', path: '/healthcheck' });
      const before = await check();
      writeFileSync(healthcheckDisableFile, '');
      const after = await check();
      await drained.close();
      expect([before.status, after.status, after.text]).toEqual([200, 503, 'DISABLED BY FILE']);
    });
  });

  describe('error bodies', () => {
    it.each([
      [
        'COM-01',
        'application/json',
        'application/json',
        /^{"message": "No image found with ID x<br \/><br \/>\\n\\n\\n", /,
      ],
      ['COM-02', '*/*', 'text/html; charset=UTF-8', /<title>404 Not Found<\/title>/],
      ['COM-03', undefined, 'text/plain; charset=UTF-8', /^404 Not Found\n\nNo image found with ID x\n\n {3}$/],
      ['COM-04', 'application/json, */*', 'text/html; charset=UTF-8', /<h1>404 Not Found<\/h1>/],
    ])('%s: Accept %s is answered with %s', async (_case, accept, contentType, body) => {
      const response = await member('GET', '/v2/images/x', { headers: accept === undefined ? {} : { Accept: accept } });
      expect(response.status).toBe(404);
      expect(response.headers['content-type']).toBe(contentType);
      expect(response.headers['content-length']).toBe(String(response.body.length));
      expect(response.text).toMatch(body);
    });

    it('hides what went wrong inside, and logs it once with the request id', async () => {
      const already = edge.failures.length;
      const response = await member('GET', '/v2/images/bug', {
        headers: { ...JSON_ONLY, 'X-Openstack-Request-ID': 'abc' },
      });
      expect(response.status).toBe(500);
      expect(response.text).not.toContain('secret');
      expect(edge.failures.slice(already)).toEqual([
        { err: new TypeError('secret /path'), request_id: 'req-abc', method: 'GET', path: '/v2/images/bug' },
      ]);
    });

    it('breaks the connection when an answer cannot be finished', async () => {
      await expect(member('GET', `/v2/images/${ID}/locations`)).rejects.toThrow();
    });
  });

  describe('request ids', () => {
    it.each([
      ['COM-05: makes one', undefined, /^req-[0-9a-f]{8}-[0-9a-f-]{27}$/],
      ['COM-06: puts the prefix before the sent one', 'abc', /^req-abc$/],
      ['COM-07: has one prefix only', 'req-abc', /^req-abc$/],
    ])('%s', async (_case, sent, expected) => {
      const headers: Record<string, string> = sent === undefined ? {} : { 'X-Openstack-Request-ID': sent };
      const response = await member('GET', '/v2/images', { headers });
      expect(response.headers['x-openstack-request-id']).toMatch(expected);
      expect(response.json.context.requestId).toBe(response.headers['x-openstack-request-id']);
    });

    it.each(['/v2/images/x', '/v2/nonsense', '/v2/images?name=%FF'])(
      'COM-08: an error on %s has one too',
      async (path) => {
        expect((await member('GET', path)).headers['x-openstack-request-id']).toMatch(/^req-/);
      },
    );

    it('refuses one that is too long', async () => {
      const response = await member('GET', '/v2/images', { headers: { 'X-Openstack-Request-ID': 'x'.repeat(65) } });
      expect(response.status).toBe(431);
      expect(response.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
      expect(
        (await member('GET', '/v2/images', { headers: { 'X-Openstack-Request-ID': 'x'.repeat(64) } })).status,
      ).toBe(200);
    });
  });

  it('takes a request id of any length when no limit is set', async () => {
    const unlimited = await startEdge({ api: { maxRequestIdLength: 0 } });
    const headers = { 'X-Auth-Token': 'member', 'X-Openstack-Request-ID': 'x'.repeat(1000) };
    const response = await sendHttpRequest(unlimited.url, { method: 'GET', path: '/v2/images', headers });
    await unlimited.close();
    expect([response.status, response.headers['x-openstack-request-id']]).toEqual([200, `req-${'x'.repeat(1000)}`]);
  });

  describe('routing', () => {
    it.each([
      ['COM-09', 'GET', '/v2/images/', 404, undefined],
      ['COM-10', 'HEAD', `/v2/images/${ID}`, 405, 'GET, PATCH, DELETE'],
      ['COM-11', 'PUT', '/v2/images', 405, 'GET, POST'],
      ['COM-12', 'POST', `/v2/images/${ID}`, 405, 'GET, PATCH, DELETE'],
      ['COM-16', 'GET', '/v2/nonsense', 404, undefined],
      ['COM-24', 'GET', `/v2/images/${'x'.repeat(300)}`, 404, undefined],
      ['an exotic method on a known path', 'PROPFIND', '/v2/images', 405, 'GET, POST'],
      ['an exotic method on an unknown path', 'PURGE', '/v2/nonsense', 501, undefined],
      ['locations allow less than they do', 'DELETE', `/v2/images/${ID}/locations`, 405, 'POST'],
      ['tasks of an image have no Allow', 'POST', `/v2/images/${ID}/tasks`, 404, undefined],
      ['usage has no Allow', 'POST', '/v2/info/usage', 404, undefined],
      ['an overridden method counts for nothing', 'GET', '/v2/images/x?_method=DELETE', 404, undefined],
      ['an empty segment', 'GET', '/v2/images//file', 404, undefined],
    ])('%s: %s %s', async (_case, method, path, status, allow) => {
      const response = await member(method, path, { headers: JSON_ONLY });
      expect([response.status, response.headers['allow']]).toEqual([status, allow]);
    });

    it('writes 405 in its own layout', async () => {
      expect((await member('PUT', '/v2/images', { headers: JSON_ONLY })).text).toBe(
        '{"message": "The method PUT is not allowed for this resource. <br /><br />\\n", "code": "405 Method Not Allowed", "title": "Method Not Allowed"}',
      );
    });

    it.each(['/', '/v2/images', '/v2/nonsense'])('answers OPTIONS %s with nothing', async (path) => {
      const response = await send('OPTIONS', path);
      expect([response.status, response.text, response.headers['allow']]).toEqual([200, '', undefined]);
    });

    it('COM-26: an escaped slash separates', async () => {
      expect((await member('GET', `/v2/images/${ID}%2Ffile`)).status).toBe(204);
      expect((await member('PUT', `/v2/images/${ID}/tags/a%2Fb`)).status).toBe(404);
    });

    it.each([
      ['%C3%A9%20%25%3A', 'é %:'],
      ['a%2525', 'a%25'],
      ['%00', '\0'],
      ['a+b', 'a+b'],
    ])('decodes the path as UTF-8: %s', async (escaped, tag) => {
      expect((await member('PUT', `/v2/images/${ID}/tags/${escaped}`)).json).toEqual({ id: ID, tag });
    });

    it.each(['/v2/images/%FF', '/v2/images/%zz', '/v2/images/%', '/%'])('refuses the path %s', async (path) => {
      const response = await member('GET', path, { headers: JSON_ONLY });
      expect([response.status, response.headers['content-type']]).toEqual([400, 'application/json']);
    });
  });

  describe('query strings', () => {
    it('COM-21: must be UTF-8', async () => {
      expect((await member('GET', '/v2/images?name=%FF')).status).toBe(400);
      expect((await member('GET', '/v2/images?name=%C3')).status).toBe(400);
    });

    it('keep all values in order', async () => {
      const response = await member('GET', '/v2/images?tag=b&name=x+y%20z&tag=a&empty=&flag&__proto__=1&n=%2B');
      expect(response.json.query).toEqual([
        ['tag', ['b', 'a']],
        ['name', ['x y z']],
        ['empty', ['']],
        ['flag', ['']],
        ['__proto__', ['1']],
        ['n', ['+']],
      ]);
    });
  });

  describe('request bodies', () => {
    const body = '{"a": 1}';

    it.each([
      ['COM-13', 'GET', `/v2/images/${ID}`],
      ['COM-14', 'DELETE', `/v2/images/${ID}`],
      ['a download', 'GET', `/v2/images/${ID}/file`],
      ['a tag', 'PUT', `/v2/images/${ID}/tags/x`],
      ['INF', 'GET', '/v2/info/import'],
      ['SCH-07', 'GET', '/v2/schemas/tasks'],
    ])('%s: %s %s wants none', async (_case, method, path) => {
      expect((await member(method, path, { body })).status).toBe(400);
      expect((await member(method, path)).status).not.toBe(400);
    });

    it.each(['/v2/images', '/v2/info/usage'])('%s ignores one', async (path) => {
      expect((await member('GET', path, { body })).status).toBe(200);
    });

    it.each([
      ['COM-17', '"hello"'],
      ['COM-17', '123'],
      ['COM-17', 'true'],
      ['COM-17', 'null'],
      ['an array', '[]'],
      ['COM-18', '{nope'],
      ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
      ['half a character', '{"a": "\\ud800"}'],
      ['bottomless', '{"a":'.repeat(65) + '1' + '}'.repeat(65)],
    ])('%s: a body of %s is a 400', async (_case, bytes) => {
      expect((await member('POST', '/v2/images', { body: bytes })).status).toBe(400);
    });

    it('COM-19: a missing body is a 400', async () => {
      const response = await member('POST', '/v2/images', { headers: JSON_ONLY });
      expect([response.status, response.json.message]).toEqual([400, 'Body expected in request.<br /><br />\n\n\n']);
      expect((await member('POST', '/v2/images', { body: '' })).status).toBe(400);
      expect((await member('POST', '/v2/images', { body: '', chunked: true })).status).toBe(400);
    });

    it.each(['text/plain', 'application/json', 'nonsense', 'multipart/form-data'])(
      'COM-20: JSON labelled %s is read',
      async (contentType) => {
        const response = await member('POST', '/v2/images', { body, headers: { 'Content-Type': contentType } });
        expect(response.status).toBe(201);
      },
    );

    it('reads chunked JSON, and names that are dangerous elsewhere', async () => {
      const hostile = '{"__proto__": {"x": 1}, "constructor": 2}';
      const response = await member('POST', '/v2/images', { body: hostile, chunked: true });
      expect(response.json).toEqual({ names: ['__proto__', 'constructor'] });
    });

    it.each([true, false])(
      'refuses too much JSON with 413 and serves the next request (chunked: %s)',
      async (chunked) => {
        const long = JSON.stringify({ a: 'x'.repeat(500_000) });
        const response = await member('POST', '/v2/images', { body: long, chunked });
        expect([response.status, response.reason]).toEqual([413, 'Request Entity Too Large']);
        expect(response.headers['retry-after']).toBeUndefined();
        expect((await member('GET', '/v2/images')).status).toBe(200);
      },
    );

    it('answers an endless body before its end', async () => {
      const headers = { 'X-Auth-Token': 'member', 'Transfer-Encoding': 'chunked' };
      const endless = openHttpRequest(edge.url, { method: 'POST', path: '/v2/images', headers });
      await endless.write(Buffer.alloc(2000, 0x20));
      expect((await endless.response).status).toBe(413);
      endless.destroy();
    });

    it('validates against a DTO', async () => {
      const post = (json: string) => member('POST', `/v2/images/${ID}/members`, { body: json, headers: JSON_ONLY });
      expect((await post('{"member": "p2", "constructor": 1, "__proto__": {"member": 5}, "x": 1}')).json).toEqual({
        kind: 'MemberDto',
        member: 'p2',
      });
      for (const body of ['{"member": 5}', '{}']) {
        const refused = await post(body);
        expect([refused.status, refused.json.message]).toEqual([400, 'member must be a string<br /><br />\n\n\n']);
      }
    });

    it('hands data to its handler untouched, whatever its label', async () => {
      const response = await member('PUT', `/v2/images/${ID}/file`, {
        body: Buffer.alloc(3_000_000),
        headers: { 'Content-Type': 'application/json' },
      });
      expect(response.json).toEqual({ bytes: 3_000_000 });
    });

    it('answers 401 to an upload without reading it', async () => {
      const response = await send('PUT', `/v2/images/${ID}/file`, { body: Buffer.alloc(1_000_000) });
      expect(response.status).toBe(401);
    });
  });

  describe('answers', () => {
    it('label JSON without a charset and write other alphabets as they are', async () => {
      const response = await member('GET', '/v2/images');
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.headers['content-length']).toBe(String(response.body.length));
      expect(response.text).toContain('"é"');
      expect(response.json.context).toMatchObject({ baseUrl: edge.url, caller: { projectId: 'p1' } });
    });

    it.each([
      ['DELETE', `/v2/images/${ID}`, 204, 'text/html; charset=UTF-8', '0'],
      ['POST', `/v2/images/${ID}/import`, 202, 'text/html; charset=UTF-8', '0'],
      ['GET', `/v2/images/${ID}/file`, 204, undefined, undefined],
    ])('COM-22: an empty answer to %s %s is not labelled JSON', async (method, path, status, type, length) => {
      const response = await member(method, path);
      expect([
        response.status,
        response.text,
        response.headers['content-type'],
        response.headers['content-length'],
      ]).toEqual([status, '', type, length]);
    });
  });

  describe('information about the deployment', () => {
    const admin = { headers: { 'X-Auth-Token': 'admin' } };

    it('INF-01: lists the import methods', async () => {
      const document = (await member('GET', '/v2/info/import')).json['import-methods'];
      expect(document).toMatchObject({ type: 'array', value: expect.any(Array) });
    });

    it('INF-02: lists the stores with flags that are texts or absent', async () => {
      expect((await member('GET', '/v2/info/stores')).json).toEqual({
        stores: [
          { id: 'fast', description: 'first', default: 'true' },
          { id: 'web', 'read-only': 'true' },
        ],
      });
    });

    it('INF-04: shows details to administrators only', async () => {
      expect((await member('GET', '/v2/info/stores/detail')).status).toBe(403);
      const { stores } = (await send('GET', '/v2/info/stores/detail', admin)).json;
      expect(stores[1]).toEqual({ id: 'web', 'read-only': 'true', type: 'http', properties: {}, weight: 0 });
    });

    it('INF-05: has no usage to report without unified limits', async () => {
      expect((await member('GET', '/v2/info/usage')).json).toEqual({ usage: {} });
    });

    it('INF-03: knows no stores when there is one only', async () => {
      const single = await startEdge();
      const ask = (path: string) =>
        sendHttpRequest(single.url, { method: 'GET', path, headers: { ...JSON_ONLY, 'X-Auth-Token': 'member' } });
      const [stores, detail] = [await ask('/v2/info/stores'), await ask('/v2/info/stores/detail')];
      await single.close();
      expect(stores.text).toBe(
        '{"message": "Multi backend is not supported at this site.<br /><br />\\n\\n\\n", "code": "404 Not Found", "title": "Not Found"}',
      );
      expect(detail.status).toBe(404);
    });
  });

  it('cuts a connection on which nothing moves, so that a client which is gone holds nothing for ever', async () => {
    const impatient = await startEdge({ api: { clientSocketTimeoutS: 1 } });
    const headers = { 'X-Auth-Token': 'member', 'Transfer-Encoding': 'chunked' };
    const stalled = openHttpRequest(impatient.url, { method: 'PUT', path: `/v2/images/${ID}/file`, headers });
    await stalled.write(Buffer.alloc(10));
    await expect(stalled.response).rejects.toThrow();
    await impatient.close();
  });

  it('serves the schemas as JSON', async () => {
    for (const name of ['image', 'images', 'member', 'members', 'task', 'tasks']) {
      const response = await member('GET', `/v2/schemas/${name}`);
      expect([response.status, response.headers['content-type'], response.json.name]).toEqual([
        200,
        'application/json',
        name,
      ]);
    }
  });

  describe('on the bare connection', () => {
    const open = (): Socket => connect(Number(new URL(edge.url).port), new URL(edge.url).hostname);

    /** What arrives until the text ends so, or the server closes. */
    const received = async (socket: Socket, ending = /$^/): Promise<string> => {
      let text = '';
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        text += String(chunk);
        if (ending.test(text)) return text;
      }
      return text;
    };

    const waiting = (method: string, path: string, token: string): string =>
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${token}\r\nContent-Length: 8\r\n` +
      'Connection: close\r\nExpect: 100-continue\r\n\r\n';

    it.each(['PUT', 'GET', 'DELETE'])(
      'hears a client out that gets its answer before it has sent the body of its %s, and closes then if it was asked to',
      async (method) => {
        const socket = open();
        const piece = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
        socket.write(`${method} /v2/nothing HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member\r\nConnection: close\r\n`);
        socket.write(`Transfer-Encoding: chunked\r\n\r\n${piece}`);
        expect(await received(socket, /could not be found/)).toMatch(/^HTTP\/1\.1 404 /);
        for (let sent = 0; sent < 200; sent++) socket.write(piece);
        socket.write('0\r\n\r\n');
        await received(socket); // would throw, had the server not read all of it
      },
    );

    /** A request that is refused before its body has come. */
    const refused = (headers = '', version = '1.1'): string =>
      `PUT /v2/nothing HTTP/${version}\r\nHost: x\r\nX-Auth-Token: member\r\n${headers}Content-Length: 1000000\r\n\r\nx`;

    it('hears out also those of whose HTTP connections end with the answer', async () => {
      const socket = open();
      socket.write(refused('', '1.0'));
      expect(await received(socket, /could not be found/)).toMatch(/^HTTP\/1\.1 404 /);
      socket.write('x'.repeat(999_999));
      await received(socket);
    });

    it('keeps the connection of who sent all of a body that was refused', async () => {
      const socket = open();
      socket.write(refused());
      expect(await received(socket, /could not be found/)).toMatch(/^HTTP\/1\.1 404 /);
      socket.write(`${'x'.repeat(999_999)}GET /v2/images HTTP/1.1\r\nHost: x\r\nX-Auth-Token: member\r\n\r\n`);
      expect(await received(socket, /"text"/)).toMatch(/^HTTP\/1\.1 200 /);
      socket.destroy();
    });

    it('answers what is no HTTP with a plain 400', async () => {
      const socket = open();
      socket.write('nonsense\r\n\r\n');
      expect(await received(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: text\/plain/);
    });

    it.each([
      ['POST', '/v2/images', 'nobody', 401],
      ['POST', '/v2/nonsense', 'member', 404],
      ['PUT', `/v2/images/${ID}/tags/x`, 'member', 400],
    ])('does not invite the body of a request that it refuses: %s %s by %s', async (method, path, token, status) => {
      const socket = open();
      socket.write(waiting(method, path, token));
      expect(await received(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    });

    it.each([
      ['POST', '/v2/images', 201],
      ['PUT', `/v2/images/${ID}/file`, 200],
    ])('invites a body that is wanted: %s %s', async (method, path, status) => {
      const socket = open();
      socket.write(waiting(method, path, 'member'));
      expect(await received(socket, /\r\n\r\n$/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
      socket.write('{"a": 1}');
      expect(await received(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    });
  });
});
