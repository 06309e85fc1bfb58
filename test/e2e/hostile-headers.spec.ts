import { connect } from 'node:net';
import fc from 'fast-check';
import { newCast } from '../support/callers.js';
import { ImageSession } from '../support/image-session.js';
import { Service } from '../support/service.js';

const OCTETS = 'application/octet-stream';

/** What HTTP allows in a header: visible characters, blanks and every byte above ASCII; now and then what it does not. */
const allowed = fc.oneof(fc.integer({ min: 32, max: 126 }), fc.integer({ min: 128, max: 255 }), fc.constant(9));
const forbidden = fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 10 && byte !== 13);
const textOf = (byte: fc.Arbitrary<number>): fc.Arbitrary<string> =>
  fc.array(byte, { maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const anyValue = fc.oneof({ weight: 20, arbitrary: textOf(allowed) }, { weight: 1, arbitrary: textOf(forbidden) });
const number = fc.oneof(
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.double().map(String),
  fc.constantFrom('', '0', '-0', '+1', '0x10', '1e3', '99999999999999999999', '9007199254740993', ' 7 ', '1,2', 'NaN'),
);
const range = fc
  .tuple(fc.constantFrom('bytes', 'BYTES ', 'items', ''), fc.constantFrom('=', ' ', ' = ', ''), number, number)
  .chain(([unit, is, first, last]) =>
    fc.constantFrom(
      ...[`${unit}${is}${first}-${last}`, `${unit}${is}${first}-`, `${unit}${is}-${last}`, `${unit}${is}`],
      ...[`${unit}${is}${first}-${last},${last}-${first}`, `${unit} ${first}-${last}/*`, `${unit} ${first}-${last}/10`],
    ),
  );
const mediaType = fc.constantFrom(
  ...['application/json', 'application/octet-stream', 'application/octet-stream;;;', '*/*;q=nan', 'text/html;q=2'],
  ...['application/openstack-images-v2.1-json-patch', 'application/vnd.openstack.images-v2.9', '/', ',,,', 'a/b/c'],
);
const header = <Name extends string>(name: Name, ...values: readonly fc.Arbitrary<string>[]) =>
  fc.oneof(...values).map((value) => [name, value] as const);
const framing = fc.oneof(
  header('Content-Length', number, fc.constantFrom('1', '5', '100'), anyValue),
  header('Transfer-Encoding', fc.constantFrom('chunked', 'gzip, chunked', 'identity'), anyValue),
  header('Expect', fc.constant('100-continue'), anyValue),
);
const ordinary = fc.oneof(
  header('Range', range, range, anyValue),
  header('Content-Range', range, range, anyValue),
  header('X-OpenStack-Image-Size', number, anyValue),
  header('Accept', mediaType, anyValue),
  header('Accept-Encoding', fc.constantFrom('gzip', '*;q=0'), anyValue),
  header('Content-Type', mediaType, anyValue),
  header('X-Image-Meta-Store', fc.constantFrom('local', 'os_glance_staging_store', '__proto__'), anyValue),
  header('X-OpenStack-Request-ID', fc.constantFrom('x'.repeat(65), 'req-', 'é'), anyValue),
  header('Origin', anyValue),
  header('Access-Control-Request-Method', anyValue),
  header('X-Forwarded-Host', anyValue),
  header('Forwarded', anyValue),
);
const headers = fc.uniqueArray(fc.oneof({ weight: 12, arbitrary: ordinary }, { weight: 1, arbitrary: framing }), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 4,
});

/**
 * The first line of whatever comes back; '' when the connection is closed without an answer.
 * @param isWhole false: the server may wait for more, so that it is told that nothing more comes
 */
const exchange = (url: string, request: string, isWhole: boolean): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      if (isWhole) socket.write(request, 'latin1');
      else socket.end(request, 'latin1');
    });
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? undefined : reject(error)));
  });

describe('headers that no client would send', () => {
  let service: Service;
  let session: ImageSession;
  let token: string;
  let targets: readonly string[];

  beforeAll(async () => {
    service = await Service.start({
      environment: () => ({
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        OS_HINDSIGHT__GZIP_RESPONSES: 'true',
        OS_OSLO_MIDDLEWARE__ENABLE_PROXY_HEADERS_PARSING: 'true',
        OS_CORS__ALLOWED_ORIGIN: '*',
      }),
    });
    const { member } = newCast();
    token = member.token;
    session = new ImageSession(() => service.url, member);
    const active = await session.active();
    const queued = await Promise.all(Array.from({ length: 12 }, () => session.queued()));
    targets = [
      ...queued.flatMap(({ id }) => [`PUT /v2/images/${id}/file`, `PUT /v2/images/${id}/stage`]),
      ...[`GET /v2/images/${active.id}/file`, `PATCH /v2/images/${active.id}`, `POST /v2/images/${active.id}/import`],
      ...['GET /v2/images', 'POST /v2/images', 'GET /versions', 'OPTIONS /v2/images', 'GET /v2/schemas/image'],
    ];
  });
  afterAll(() => service.remove());

  it('are answered, but never as a failure of the service', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        headers,
        fc.constantFrom('', '{}', '[]', 'ABCDE', '5\r\nABCDE\r\n0\r\n\r\n'),
        async (n, lines, body) => {
          const target = targets[n % targets.length] ?? '';
          const isFramed = lines.some(([name]) => name === 'Content-Length' || name === 'Transfer-Encoding');
          const length = isFramed ? '' : `Content-Length: ${body.length}\r\n`;
          const type = lines.some(([name]) => name === 'Content-Type') ? '' : `Content-Type: ${OCTETS}\r\n`;
          const fixed = `Host: 127.0.0.1\r\nX-Auth-Token: ${token}\r\nConnection: close\r\n${length}${type}`;
          const sent = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
          const status = await exchange(service.url, `${target} HTTP/1.1\r\n${fixed}${sent}\r\n${body}`, !isFramed);
          // 501 is the answer to a method or an encoding that nobody implements.
          expect(status).not.toMatch(/^HTTP\/1\.1 5(?!01)/);
        },
      ),
      { numRuns: 1500 },
    );
    expect((await session.active({}, 'still at work')).status).toBe('active');
  });
});
