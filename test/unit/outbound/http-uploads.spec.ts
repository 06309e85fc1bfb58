import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { ExportTargets } from '../../../src/outbound/export-targets.js';
import { HttpUploads } from '../../../src/outbound/http-uploads.js';
import { RemoteRefused, RemoteUnavailable, UrlForbidden } from '../../../src/outbound/outbound.errors.js';
import { S3Uploads } from '../../../src/outbound/s3-uploads.js';
import type { UploadSource } from '../../../src/outbound/upload-source.js';
import { UrlFilter } from '../../../src/outbound/url-filter.js';
import { localServers, loopbackClient, loopbackOutbound } from '../../support/outbound.js';

const data = randomBytes(2 * 1024 * 1024 + 5);
const never = new AbortController().signal;
const source: UploadSource = {
  sizeBytes: data.length,
  // eslint-disable-next-line @typescript-eslint/require-await -- a source is asynchronous, this one has all it needs
  open: async function* () {
    for (let offset = 0; offset < data.length; offset += 100_000) yield data.subarray(offset, offset + 100_000);
  },
};

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Requests that break off are the client's business. */
const broken = (): void => undefined;

describe('uploads with PUT', () => {
  const servers = localServers();
  type Received = Readonly<{ method: string; url: string; length: string; authorization: string; body: Buffer }>;
  let received: Received[];
  const accept =
    (status = 201): RequestListener =>
    (request, response) =>
      void bodyOf(request).then((body) => {
        const { 'content-length': length = '', authorization = '' } = request.headers;
        received.push({ method: request.method!, url: request.url!, length, authorization, body });
        response.writeHead(status).end();
      }, broken);

  beforeEach(() => {
    received = [];
  });

  const targets = (prefixes: readonly string[], stallTimeoutS = 30): ExportTargets => {
    // Nothing of this machine but what is named for exports.
    const strict = { ...loopbackOutbound, allowedPorts: [80], localNetworks: [], stallTimeoutS };
    const uploads = new HttpUploads(loopbackClient(strict), new UrlFilter(strict), prefixes);
    return new ExportTargets(prefixes, uploads, new S3Uploads(strict.s3, stallTimeoutS));
  };

  it('send all of the data to a place that the operator has named, with its length', async () => {
    const { url, port } = await servers.http(accept());
    const progress: number[] = [];
    await targets([`${url}/in`]).upload({
      url: `http://me:secret@127.0.0.1:${port}/in/x?a=1`,
      source,
      signal: never,
      onProgress: (done, expected) => {
        expect(expected).toBe(data.length);
        progress.push(done);
      },
    });
    expect(received).toHaveLength(1);
    expect(received[0]!.body.equals(data)).toBe(true);
    expect(received[0]).toMatchObject({ method: 'PUT', url: '/in/x?a=1', length: String(data.length) });
    expect(received[0]!.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
    expect(progress.at(-1)).toBe(data.length);
    expect(progress.length).toBeGreaterThan(10);
  });

  it('send also data of no bytes', async () => {
    const { url } = await servers.http(accept(204));
    await targets([url]).upload({ url, source: { sizeBytes: 0, open: () => Readable.from([]) }, signal: never });
    expect(received).toMatchObject([{ method: 'PUT', length: '0', body: Buffer.alloc(0) }]);
  });

  it('ask nobody whom the operator has not named', async () => {
    const { url } = await servers.http(accept());
    await expect(targets([`${url}/in`]).upload({ url: `${url}/out`, source, signal: never })).rejects.toBeInstanceOf(
      UrlForbidden,
    );
    expect(received).toEqual([]);
  });

  it.each([307, 308])(
    'are sent again to where a %i leads, without the credentials if that is elsewhere',
    async (status) => {
      const there = await servers.http(accept());
      const here = await servers.http((request, response) => {
        void bodyOf(request).then(() => response.writeHead(status, { location: `${there.url}/there` }).end(), broken);
      });
      const url = `http://me:secret@127.0.0.1:${here.port}/here`;
      await targets([here.url, there.url]).upload({ url, source, signal: never });
      expect(received).toHaveLength(1);
      expect(received[0]!.body.equals(data)).toBe(true);
      expect(received[0]).toMatchObject({ method: 'PUT', url: '/there', authorization: '' });
    },
  );

  it('follow no redirect to elsewhere, and none that would make another request of it', async () => {
    const elsewhere = await servers.http(accept());
    let status = 307;
    const here = await servers.http((request, response) => {
      void bodyOf(request).then(() => response.writeHead(status, { location: elsewhere.url }).end(), broken);
    });
    const upload = (): Promise<void> => targets([here.url]).upload({ url: here.url, source, signal: never });
    await expect(upload()).rejects.toThrow('Redirect to disallowed URL: exports may not go there');
    status = 303;
    await expect(upload()).rejects.toBeInstanceOf(RemoteRefused);
    expect(received).toEqual([]);
  });

  it('stop when the server refuses them early', async () => {
    let sent = 0;
    const endless: UploadSource = {
      sizeBytes: 1024 ** 4,
      open: async function* () {
        for (;;) {
          await new Promise(setImmediate);
          sent += 65_536;
          yield Buffer.alloc(65_536);
        }
      },
    };
    const { url } = await servers.http((request, response) => {
      response.writeHead(403).end();
      request.resume();
    });
    await expect(targets([url]).upload({ url, source: endless, signal: never })).rejects.toBeInstanceOf(RemoteRefused);
    expect(sent).toBeLessThan(endless.sizeBytes);
  });

  it.each([
    [507, RemoteUnavailable],
    [503, RemoteUnavailable],
    [401, RemoteRefused],
  ])('tell whether a refusal with status %i may heal', async (status, Refusal) => {
    const { url } = await servers.http(accept(status));
    await expect(targets([url]).upload({ url, source, signal: never })).rejects.toBeInstanceOf(Refusal);
  });

  it('break off when the server takes nothing more, or gives no answer', async () => {
    const stuck = await servers.http((request) => void request.pause());
    const silent = await servers.http((request) => void request.resume());
    const large: UploadSource = {
      sizeBytes: 1024 ** 3,
      // eslint-disable-next-line @typescript-eslint/require-await -- as above
      open: async function* () {
        for (let sent = 0; sent < 1024; sent += 1) yield Buffer.alloc(1024 ** 2);
      },
    };
    const upload = (url: string, what: UploadSource) =>
      targets([url], 0.5).upload({ url, source: what, signal: never });
    await expect(upload(stuck.url, large)).rejects.toThrow('The server stalls');
    await expect(upload(silent.url, source)).rejects.toThrow('The server stalls');
  });

  it('end with the reason of the signal, or with what is wrong with the source', async () => {
    const { url } = await servers.http((request) => void request.resume());
    const stop = new AbortController();
    const reason = new Error('the process stops');
    const aborted = targets([url]).upload({
      url,
      source,
      signal: stop.signal,
      onProgress: (done) => {
        if (done === data.length) stop.abort(reason);
      },
    });
    await expect(aborted).rejects.toBe(reason);

    const unreadable = new Error('the disk is broken');
    const unfinished: UploadSource = {
      sizeBytes: 10,
      // eslint-disable-next-line @typescript-eslint/require-await -- as above
      open: async function* () {
        yield Buffer.from('five!');
        throw unreadable;
      },
    };
    await expect(targets([url]).upload({ url, source: unfinished, signal: never })).rejects.toBe(unreadable);
  });

  it('do not pass for complete when the source is shorter than it said', async () => {
    const { url } = await servers.http(accept());
    const short = { ...source, sizeBytes: data.length + 1 };
    await expect(targets([url]).upload({ url, source: short, signal: never })).rejects.toThrow();
    expect(received).toEqual([]);
  });
});
