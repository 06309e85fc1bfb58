import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { newCast } from '../../support/callers.js';
import { peakMemoryBytes } from '../../support/hostile/process-usage.js';
import { openHttpRequest, sendHttpRequest } from '../../support/http-client.js';
import { Service } from '../../support/service.js';
import { trusting } from '../../support/trusting-service.js';

const MIB = 1024 ** 2;
const { member } = newCast();
const OCTETS = 'Content-Type: application/octet-stream\r\n';

describe('what arrives over a connection', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start(trusting({ OS_DEFAULT__CLIENT_SOCKET_TIMEOUT: '1' }));
  });
  afterAll(() => service.remove());
  afterEach(async () => {
    expect((await sendHttpRequest(service.url, { method: 'GET', path: '/healthcheck' })).status).toBe(200);
    expect(service.log).not.toMatch(/"level":(50|60)/);
  });

  /** Sends bytes as they are, and gives everything that comes back until the service closes. */
  const exchange = async (...pieces: string[]): Promise<string> => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined); // the service may close while the test still writes
    const answer = text(socket).catch(() => '');
    for (const piece of pieces) {
      // Piece by piece: nobody who has much to send is silent for long.
      if (!socket.write(piece, 'latin1')) await Promise.race([once(socket, 'drain').catch(() => undefined), answer]);
    }
    return answer;
  };

  const request = (line: string, headers = '', body = ''): string =>
    `${line}\r\nHost: x\r\nConnection: close\r\nX-Auth-Token: ${member.token}\r\n${headers}\r\n${body}`;

  it.each([
    ['no method', request(' /v2/images HTTP/1.1'), 400],
    ['an unknown method', request('BREW /v2/images HTTP/1.1'), 400],
    ['a version that is none', request('GET /v2/images HTTP/9.9'), 400],
    ['TLS instead of HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
    ['a NUL in the path', request('GET /v2/ima\u0000ges HTTP/1.1'), 400],
    ['a header without a name', request('GET /v2/images HTTP/1.1', ': x\r\n'), 400],
    ['a header with NUL', request('GET /v2/images HTTP/1.1', 'X-A: a\u0000b\r\n'), 400],
    ['two lengths', request('POST /v2/images HTTP/1.1', 'Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), 400],
    [
      'a length beside chunks',
      request('POST /v2/images HTTP/1.1', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
      400,
    ],
    ['a negative length', request('POST /v2/images HTTP/1.1', 'Content-Length: -1\r\n'), 400],
    [
      'a length beyond all numbers',
      request('POST /v2/images HTTP/1.1', `Content-Length: ${'9'.repeat(40)}\r\n`, '{}'),
      400,
    ],
    [
      'chunks without a length',
      request('POST /v2/images HTTP/1.1', 'Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n0\r\n\r\n'),
      400,
    ],
  ])('is refused in HTTP when it has %s', async (_what, bytes, status) => {
    expect(await exchange(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  // The service stops reading: who still writes may see the connection end instead of the answer.
  it.each([
    ['headers', request('GET /v2/images HTTP/1.1', 'X-A: b\r\n'.repeat(20_000))],
    ['a header', request('GET /v2/images HTTP/1.1', `X-A: ${'b'.repeat(MIB)}\r\n`)],
    ['a path', request(`GET /v2/images/${'a'.repeat(MIB)} HTTP/1.1`)],
    ['a query', request(`GET /v2/images?name=${'a'.repeat(MIB)} HTTP/1.1`)],
  ])('is refused or cut off when there is no end of %s', async (_what, bytes) => {
    expect(await exchange(bytes)).toMatch(/^(HTTP\/1\.1 431 |$)/);
  });

  it.each(['GET /v2/images/%ff', 'GET /v2/images?name=%ff', 'PUT /v2/images/%c0%af/file'])(
    'is refused when it is no UTF-8: %s',
    async (line) => {
      expect(await exchange(request(`${line} HTTP/1.1`))).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it('is answered with many headers and parameters as long as there is room', async () => {
    const headers = Array.from({ length: 500 }, (_, index) => `X-Header-${index}: value\r\n`).join('');
    const query = Array.from({ length: 200 }, (_, index) => `p${index}=v`).join('&');
    expect(await exchange(request(`GET /v2/images?${query} HTTP/1.1`, headers))).toMatch(/^HTTP\/1\.1 200 /);
  });

  const post = (headers: Record<string, string>) =>
    openHttpRequest(service.url, {
      method: 'POST',
      path: '/v2/images',
      headers: { 'X-Auth-Token': member.token, ...headers },
    });

  it('is refused by the length that it announces, before a byte of it came', async () => {
    const announced = post({ 'Content-Length': String(10 ** 12) });
    await announced.write(Buffer.from('{'));
    expect((await announced.response).status).toBe(413);
    announced.destroy();
  });

  // Much more than what may lie about between two collections of garbage.
  it('is refused as soon as it is too long, and not kept', async () => {
    const before = await peakMemoryBytes(service.pid);
    const head = request('POST /v2/images HTTP/1.1', 'Transfer-Encoding: chunked\r\n');
    const piece = `${MIB.toString(16)}\r\n${' '.repeat(MIB)}\r\n`;
    expect(await exchange(head, ...Array.from({ length: 512 }, () => piece), '0\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /);
    expect((await peakMemoryBytes(service.pid)) - before).toBeLessThan(200 * MIB);
  });

  it.each(['/v2/images', '/v2/images/00000000-0000-4000-8000-000000000000/members'])(
    'is cut off when nothing more of it comes: POST %s',
    async (path) => {
      const stalled = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${member.token}\r\nContent-Length: 9\r\n\r\n{`;
      expect(await exchange(stalled)).not.toMatch(/^HTTP\/1\.1 (2|5)/); // the connection ends, or this never returns
    },
  );

  it('is cut off when it is refused and then nothing more of it comes', async () => {
    const head = 'PUT /v2/images/00000000-0000-4000-8000-000000000000/file HTTP/1.1\r\nHost: x\r\n';
    expect(await exchange(`${head}Content-Length: 9\r\n\r\nx`)).toMatch(/^(HTTP\/1\.1 401 |$)/);
  });

  it('is cut off when not even its head comes to an end', async () => {
    expect(await exchange('GET /v2/images HTTP/1.1\r\nHost: x\r\n')).not.toMatch(/^HTTP\/1\.1 (2|5)/);
  });
});

describe('a service without http_keepalive', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start(trusting({ OS_DEFAULT__HTTP_KEEPALIVE: 'false' }));
  });
  afterAll(() => service.remove());

  const exchange = (bytes: string): Promise<string> => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.write(bytes, 'latin1');
    return text(socket); // rejects when the connection breaks
  };
  const head = (line: string, headers = ''): string =>
    `${line} HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${member.token}\r\n${headers}\r\n`;

  it('ends the connection behind its answer, and says so', async () => {
    expect(await exchange(head('GET /v2/images'))).toMatch(/^HTTP\/1\.1 200 [^]*\r\nconnection: close\r\n/i);
  });

  it.each(['Content-Length: 16777216\r\n', 'Content-Length: 16777216\r\nConnection: close\r\n'])(
    'gives its answer to a client whose upload it refuses (%j)',
    async (headers) => {
      const upload = head('PUT /v2/images/00000000-0000-4000-8000-000000000000/file', `${OCTETS}${headers}`);
      const answer = await exchange(`${upload}${'x'.repeat(16 * MIB)}`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 [^]*\r\nconnection: close\r\n/i);
    },
  );
});
