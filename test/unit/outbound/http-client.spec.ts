import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { HttpClient } from '../../../src/outbound/http-client.js';
import type { HttpAnswer } from '../../../src/outbound/http-answer.js';
import {
  RemoteDataInvalid,
  RemoteRefused,
  RemoteUnavailable,
  UrlForbidden,
} from '../../../src/outbound/outbound.errors.js';
import { UrlFilter } from '../../../src/outbound/url-filter.js';
import { localServers, loopbackClient, loopbackOutbound } from '../../support/outbound.js';

const never = new AbortController().signal;
const impatient = loopbackClient({ stallTimeoutS: 0.3 });

const get = (url: string, client: HttpClient = loopbackClient(), rest = {}): Promise<HttpAnswer> =>
  client.get({ url, signal: never, ...rest });
const textOf = async (url: string, client?: HttpClient, rest = {}): Promise<string> =>
  (await get(url, client, rest)).text(1_000_000);

function redirect(response: ServerResponse, location: string, status = 302): void {
  response.writeHead(status, { location }).end('gone elsewhere');
}

describe('the client of servers that users name', () => {
  const servers = localServers();

  it('gives the answer as it comes, whatever its status', async () => {
    const { url } = await servers.http((_, response) => response.writeHead(404, { 'x-hint': 'no' }).end('not here'));
    const answer = await get(url);
    expect(answer.status).toBe(404);
    expect(answer.headers['x-hint']).toBe('no');
    expect(await answer.text(100)).toBe('not here');
  });

  it('asks for bytes as they are, and sends the credentials of the URL', async () => {
    let headers: IncomingHttpHeaders = {};
    const { port } = await servers.http((request, response) => {
      headers = request.headers;
      response.end();
    });
    await textOf(`http://me:p%40ss@127.0.0.1:${port}/`);
    expect(headers['accept-encoding']).toBe('identity');
    expect(headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(headers.host).toBe(`127.0.0.1:${port}`);
  });

  it('connects to the address that was judged, whatever the name says by then', async () => {
    let host: string | undefined;
    const { port } = await servers.http((request, response) => {
      host = request.headers.host;
      response.end('pinned');
    });
    const answers = ['127.0.0.1', '203.0.113.7'];
    let asked = 0;
    const filter = new UrlFilter(loopbackOutbound, () =>
      Promise.resolve([{ address: answers[asked++] ?? '203.0.113.7', family: 4 as const }]),
    );
    expect(await textOf(`http://rebinding.example:${port}/`, new HttpClient(filter, 30))).toBe('pinned');
    expect(host).toBe(`rebinding.example:${port}`);
    expect(asked).toBe(1);
  });

  it('uses no proxies of the environment', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      http_proxy: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      NODE_USE_ENV_PROXY: '1',
    });
    try {
      const { url } = await servers.http((_, response) => response.end('direct'));
      expect(await textOf(url)).toBe('direct');
    } finally {
      process.env = before;
    }
  });

  it.each([301, 302, 303, 307, 308])('follows a redirect with status %i', async (status) => {
    const { url } = await servers.http((request, response) =>
      request.url === '/a/start' ? redirect(response, '../b?x=1', status) : response.end(request.url),
    );
    expect(await textOf(`${url}/a/start`)).toBe('/b?x=1');
  });

  it('takes a redirect without a place to go as an answer', async () => {
    const { url } = await servers.http((_, response) => response.writeHead(302).end());
    expect((await get(url)).status).toBe(302);
  });

  it('gives up after ten redirects', async () => {
    const { url } = await servers.http((request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop === 11) response.end('far');
      else redirect(response, `/${hop + 1}`);
    });
    expect(await textOf(`${url}/1`)).toBe('far');
    await expect(get(`${url}/0`)).rejects.toBeInstanceOf(RemoteRefused);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:a9fe:a9fe]/',
    '//169.254.169.254/',
    'http://2852039166/',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
  ])('follows no redirect to %s, and does not tell where it led', async (location) => {
    const { url } = await servers.http((_, response) => redirect(response, location));
    const refusal: unknown = await get(url).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UrlForbidden);
    expect((refusal as UrlForbidden).message).toMatch(
      /^Redirect to disallowed URL: its |^Redirect to disallowed URL: it /,
    );
    expect((refusal as UrlForbidden).message).not.toContain('169.254');
  });

  it('keeps credentials and secrets from other origins, also when they send it back', async () => {
    const seen: (readonly [string | undefined, string | undefined, unknown])[] = [];
    const note = ({ url, headers }: { url?: string | undefined; headers: IncomingHttpHeaders }): void =>
      void seen.push([url, headers.authorization, headers['x-auth-token']]);
    const other = await servers.http((request, response) => {
      note(request);
      redirect(response, `http://you:stolen@127.0.0.1:${home.port}/back`);
    });
    const home = await servers.http((request, response) => {
      note(request);
      if (request.url === '/first') redirect(response, '/second');
      else if (request.url === '/second') redirect(response, `${other.url}/other`);
      else response.end();
    });
    await textOf(`http://me:secret@127.0.0.1:${home.port}/first`, undefined, {
      secretHeaders: { 'x-auth-token': 'token' },
    });
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(seen).toEqual([
      ['/first', basic, 'token'],
      ['/second', undefined, 'token'],
      ['/other', undefined, undefined],
      ['/back', undefined, undefined],
    ]);
  });

  it('breaks off when no answer comes', async () => {
    const { url } = await servers.http(() => undefined);
    await expect(get(url, impatient)).rejects.toThrow(new RemoteUnavailable('The server stalls'));
  });

  it('breaks off when the head of the answer drips in', async () => {
    const { url } = await servers.raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('x'), 50);
      socket.on('close', () => clearInterval(drip));
    });
    await expect(get(url, impatient)).rejects.toThrow('The server stalls');
  });

  it('breaks off when the body stalls', async () => {
    const { url } = await servers.http((_, response) => void response.writeHead(200).write('some'));
    const answer = await get(url, impatient);
    await expect(answer.text(100)).rejects.toThrow('The server stalls');
  });

  it('does not take a slow reader for a stalling server', async () => {
    const { url } = await servers.http((_, response) => void response.write('one', () => response.end('two')));
    const read: string[] = [];
    for await (const chunk of (await get(url, impatient)).body()) {
      read.push(chunk.toString());
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect(read.join('')).toBe('onetwo');
  });

  it('ends with the reason of the signal, before, during and behind the head', async () => {
    const reason = new Error('the process stops');
    const { url } = await servers.http((request, response) => {
      if (request.url === '/body') response.write('some');
    });
    await expect(get(url, undefined, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

    const waiting = new AbortController();
    const head = get(url, undefined, { signal: waiting.signal });
    setTimeout(() => waiting.abort(reason), 50);
    await expect(head).rejects.toBe(reason);

    const reading = new AbortController();
    const body = (await get(`${url}/body`, undefined, { signal: reading.signal })).body();
    expect((await body.next()).value?.toString()).toBe('some');
    reading.abort(reason);
    await expect(body.next()).rejects.toBe(reason);
  });

  it('says that a server which is not there may come back, and not at which address', async () => {
    const { port, stop } = await servers.http(() => undefined);
    await stop();
    const fault: unknown = await get(`http://localhost:${port}/`).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(RemoteUnavailable);
    expect((fault as Error).message).toBe('The connection to the server failed (ECONNREFUSED)');
  });

  it('tells a server that breaks off from one whose connection breaks', async () => {
    let socket: Socket | undefined;
    const { url } = await servers.raw((connection) => {
      socket = connection;
      connection.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!');
    });
    const faultAfter = async (end: () => unknown): Promise<unknown> => {
      const body = (await get(url)).body();
      expect((await body.next()).value?.toString()).toBe('five!');
      end();
      return body.next().catch((error: unknown) => error);
    };
    const closed = await faultAfter(() => socket?.end());
    const reset = await faultAfter(() => socket?.resetAndDestroy());
    expect(closed).toBeInstanceOf(RemoteUnavailable);
    expect((closed as RemoteUnavailable).details).toEqual({ closed: true });
    expect(reset).toBeInstanceOf(RemoteUnavailable);
    expect((reset as RemoteUnavailable).details).toEqual({});
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a length that is no number', 'HTTP/1.1 200 OK\r\nContent-Length: lots\r\n\r\nab'],
    ['more than it announces', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab and much more'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'X-Filler: yes\r\n'.repeat(10_000)}\r\n`],
  ])('refuses %s', async (_, answer) => {
    const { url } = await servers.raw((socket) => socket.end(answer));
    await expect(textOf(url)).rejects.toBeInstanceOf(RemoteDataInvalid);
  });

  it.each([
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\nother'],
    ['claims to', 'HTTP/1.1 101 Switching Protocols\r\n\r\nother'],
  ])('does not wait for a server that %s', async (_, answer) => {
    const { url } = await servers.raw((socket) => socket.end(answer));
    const refusal = await get(url)
      .then((head) => head.refusal())
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RemoteRefused);
  });

  it('breaks off when interim answers never end', async () => {
    const { url } = await servers.raw((socket) => {
      const flood = (): void => {
        if (socket.writable) socket.write('HTTP/1.1 102 Processing\r\n\r\n', () => setImmediate(flood));
      };
      flood();
    });
    await expect(get(url, impatient)).rejects.toThrow('The server stalls');
  });

  it.each([
    ['extensions of chunks', `Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(100_000)}\r\nok\r\n0\r\n\r\n`],
    ['trailers', `Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${'X-Filler: yes\r\n'.repeat(10_000)}\r\n`],
    ['two lengths', 'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
  ])('refuses hostile %s', async (_, rest) => {
    const { url } = await servers.raw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
    await expect(textOf(url)).rejects.toBeInstanceOf(RemoteDataInvalid);
  });

  it('reads no text that is longer than expected', async () => {
    const { url } = await servers.http((_, response) => response.end('x'.repeat(101)));
    await expect((await get(url)).text(100)).rejects.toBeInstanceOf(RemoteDataInvalid);
  });

  it.each([
    [500, RemoteUnavailable],
    [503, RemoteUnavailable],
    [429, RemoteUnavailable],
    [408, RemoteUnavailable],
    [400, RemoteRefused],
    [401, RemoteRefused],
    [404, RemoteRefused],
    [304, RemoteRefused],
  ])('knows whether status %i may heal', async (status, Refusal) => {
    const { url } = await servers.http((_, response) => response.writeHead(status).end());
    const refusal = (await get(url)).refusal();
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal.details).toEqual({ status });
  });

  it('names the host to a TLS server, and does not trust a certificate that nobody vouches for', async () => {
    const names: string[] = [];
    const folder = new URL('../../support/tls/', import.meta.url);
    const [key, cert] = await Promise.all([
      readFile(new URL('untrusted.key', folder)),
      readFile(new URL('untrusted.crt', folder)),
    ]);
    const server = createTlsServer({
      key,
      cert,
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    const { port } = await servers.add(server);
    await expect(get(`https://localhost:${port}/`)).rejects.toBeInstanceOf(RemoteRefused);
    expect(names).toEqual(['localhost']);
  });

  it('refuses a server that speaks no TLS', async () => {
    const { port } = await servers.http((_, response) => response.end());
    await expect(get(`https://127.0.0.1:${port}/`)).rejects.toBeInstanceOf(RemoteRefused);
  });

  it('closes the connection of an answer that is discarded', async () => {
    let closed: Promise<unknown> | undefined;
    const { url } = await servers.http((_, response) => {
      closed = once(response, 'close');
      response.write('much');
    });
    (await get(url)).discard();
    await closed;
  });
});
