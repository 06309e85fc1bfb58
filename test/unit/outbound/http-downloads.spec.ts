import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpDownloads, type Download } from '../../../src/outbound/http-downloads.js';
import { RemoteDataInvalid, RemoteRefused, RemoteUnavailable } from '../../../src/outbound/outbound.errors.js';
import { SizeLimitExceeded, StoreUnavailable } from '../../../src/stores/stores.errors.js';
import { localServers, loopbackClient } from '../../support/outbound.js';

const data = randomBytes(3 * 1024 * 1024 + 17);
const checksum = { algorithm: 'sha256', value: createHash('sha256').update(data).digest('hex') } as const;
const half = 2 * 1024 * 1024;

/** What a server was asked: the range, or `all`. */
type Asked = string[];

/** A server that keeps its word, also about ranges. */
function honest(asked: Asked, etag = '"v1"', content = data): RequestListener {
  return (request, response) => {
    const from = rangeOf(request, etag);
    asked.push(from === null ? 'all' : `from ${from}`);
    const part = content.subarray(from ?? 0);
    const range = { 'content-range': `bytes ${from ?? 0}-${content.length - 1}/${content.length}` };
    response.writeHead(from === null ? 200 : 206, { etag, 'content-length': part.length, ...(from !== null && range) });
    response.end(part);
  };
}

function rangeOf(request: IncomingMessage, etag: string): number | null {
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  return from === undefined || request.headers['if-range'] !== etag ? null : Number(from);
}

/** Announces everything and ends after a part. */
function cutAt(bytes: number, end: (response: ServerResponse) => void, headers = { etag: '"v1"' }): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-length': data.length, ...headers });
    response.write(data.subarray(0, bytes), () => end(response));
  };
}
const close = (response: ServerResponse): void => void response.socket?.end();

describe('downloads to files', () => {
  const servers = localServers();
  let folder: string;
  let file: string;
  let behaviour: RequestListener;
  let url: string;
  let asked: Asked;
  const patient = new HttpDownloads(loopbackClient());
  const impatient = new HttpDownloads(loopbackClient({ stallTimeoutS: 1 }));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'download-'));
    file = join(folder, 'data');
    asked = [];
    behaviour = honest(asked);
    const server = await servers.http((request, response) => behaviour(request, response));
    url = `${server.url}/image?signature=secret`;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const download = (options: Partial<Download> = {}, downloads = patient) =>
    downloads.downloadToFile({
      url,
      file,
      maxBytes: 1024 ** 3,
      signal: new AbortController().signal,
      ...options,
    });
  const faultOf = (options: Partial<Download> = {}, downloads = patient): Promise<unknown> =>
    download(options, downloads).catch((error: unknown) => error);
  const expectComplete = async (): Promise<void> => expect((await readFile(file)).equals(data)).toBe(true);
  const expectNothingLeft = async (): Promise<void> => expect(await readdir(folder)).toEqual([]);
  /** Leaves a part of the data behind, as a server does that goes away. */
  const beginDownload = async (listener = cutAt(half, close)): Promise<void> => {
    behaviour = listener;
    await expect(download()).rejects.toBeInstanceOf(RemoteUnavailable);
    behaviour = honest(asked);
  };

  it('writes what the server sends, and tells how far it is', async () => {
    const progress: (readonly [number, number | null])[] = [];
    const done = await download({ onProgress: (...step) => progress.push(step) });
    expect(done).toEqual({ sizeBytes: data.length, checksumVerified: false });
    await expectComplete();
    expect(progress.at(-1)).toEqual([data.length, data.length]);
    expect(progress.map(([bytes]) => bytes)).toEqual(progress.map(([bytes]) => bytes).sort((a, b) => a - b));
  });

  it('takes empty data', async () => {
    behaviour = honest(asked, '"v1"', Buffer.alloc(0));
    expect(await download()).toEqual({ sizeBytes: 0, checksumVerified: false });
  });

  it('takes data of unknown length', async () => {
    behaviour = (_, response) => void response.write(data, () => response.end());
    const seen = new Set<number | null>();
    expect((await download({ onProgress: (_, expected) => seen.add(expected) })).sizeBytes).toBe(data.length);
    expect([...seen]).toEqual([null]);
    await expectComplete();
  });

  it('takes data that ends with the connection, if its size is right', async () => {
    const { url: old } = await servers.raw((socket) =>
      socket.end(Buffer.concat([Buffer.from('HTTP/1.0 200 OK\r\n\r\n'), data])),
    );
    await download({ url: old, expected: { bytes: data.length } });
    await expectComplete();
    await expect(download({ url: `${old}/again`, expected: { bytes: data.length + 1 } })).rejects.toBeInstanceOf(
      RemoteDataInvalid,
    );
  });

  it('verifies the expected checksum, in any case of letters', async () => {
    const expected = { bytes: data.length, checksum: { ...checksum, value: checksum.value.toUpperCase() } };
    expect(await download({ expected })).toEqual({ sizeBytes: data.length, checksumVerified: true });
  });

  it('removes data with another checksum', async () => {
    const expected = { checksum: { algorithm: 'md5', value: '0'.repeat(32) } } as const;
    const fault = await faultOf({ expected });
    expect(fault).toBeInstanceOf(RemoteDataInvalid);
    expect((fault as Error).message).toBe('The md5 checksum of the data is not the expected one');
    await expectNothingLeft();
  });

  it('does not ask again for what is complete', async () => {
    await download();
    expect(await download({ expected: { checksum } })).toEqual({ sizeBytes: data.length, checksumVerified: true });
    expect(asked).toEqual(['all']);
  });

  it('begins again when the complete file was changed since', async () => {
    await download();
    await truncate(file, half);
    await download();
    await expectComplete();
    expect(asked).toEqual(['all', 'all']);
  });

  it('goes on behind what it has when the server breaks off', async () => {
    await beginDownload();
    expect(await download({ expected: { checksum } })).toEqual({ sizeBytes: data.length, checksumVerified: true });
    expect(asked).toEqual([`from ${half}`]);
    await expectComplete();
  });

  it('goes on behind what it has when the connection breaks', async () => {
    let reset = (): void => undefined;
    behaviour = cutAt(half, (response) => (reset = () => response.socket?.resetAndDestroy()));
    const onProgress = (bytes: number): void => {
      if (bytes === half) setImmediate(() => reset());
    };
    await expect(download({ onProgress })).rejects.toBeInstanceOf(RemoteUnavailable);
    behaviour = honest(asked);
    await download();
    expect(asked).toEqual([`from ${half}`]);
    await expectComplete();
  });

  it('goes on after a stall', async () => {
    behaviour = cutAt(half, () => undefined);
    await expect(download({}, impatient)).rejects.toThrow(new RemoteUnavailable('The server stalls'));
    behaviour = honest(asked);
    await download();
    expect(asked).toEqual([`from ${half}`]);
    await expectComplete();
  });

  it('goes on after it was told to stop', async () => {
    const stop = new AbortController();
    const reason = new Error('the process stops');
    behaviour = cutAt(half, () => undefined);
    const onProgress = (bytes: number): void => {
      if (bytes === half) stop.abort(reason);
    };
    await expect(download({ signal: stop.signal, onProgress })).rejects.toBe(reason);
    behaviour = honest(asked);
    await download();
    expect(asked).toEqual([`from ${half}`]);
    await expectComplete();
  });

  it('fetches again what a crash may have kept from the disk', async () => {
    await beginDownload();
    const record = JSON.parse(await readFile(`${file}.meta`, 'utf8'));
    await writeFile(`${file}.meta`, JSON.stringify({ ...record, safeBytes: 1000 }));
    await writeFile(file, Buffer.alloc(half));
    await writeFile(file, data.subarray(0, 1000), { flag: 'r+' });
    await download();
    expect(asked).toEqual(['from 1000']);
    await expectComplete();
  });

  it('begins again when the data has changed meanwhile', async () => {
    await beginDownload(cutAt(half, close, { etag: '"v0"' }));
    await download();
    expect(asked).toEqual(['all']);
    await expectComplete();
  });

  it('begins again when nothing tells whether the data has changed', async () => {
    await beginDownload(cutAt(half, close, { etag: 'W/"v1"' }));
    await download();
    expect(asked).toEqual(['all']);
    await expectComplete();
  });

  it('recognises the data by its time of change where there is no tag', async () => {
    const headers = { 'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT' };
    await beginDownload(cutAt(half, close, headers as never));
    let ifRange: unknown;
    behaviour = (request, response) => {
      ifRange = request.headers['if-range'];
      honest(asked)(request, response);
    };
    await download();
    expect(ifRange).toBe(headers['last-modified']);
    await expectComplete();
  });

  it('begins again when the server knows no ranges', async () => {
    await beginDownload();
    behaviour = (_, response) => response.end(data);
    await download();
    await expectComplete();
  });

  it('begins again when the server has less by now', async () => {
    await beginDownload();
    behaviour = (request, response) => {
      if (request.headers.range === undefined) honest(asked)(request, response);
      else response.writeHead(416, { 'content-range': 'bytes */5' }).end();
    };
    await download();
    expect(asked).toEqual(['all']);
    await expectComplete();
  });

  it('begins again for another URL, or when the record is damaged', async () => {
    await beginDownload();
    await download({ url: `${url}2` });
    await truncate(file, 5);
    await writeFile(`${file}.meta`, '{"source": 1');
    await download();
    expect(asked).toEqual(['all', 'all']);
    await expectComplete();
  });

  it('writes no URL and no credentials beside the file', async () => {
    await beginDownload();
    expect(await readFile(`${file}.meta`, 'utf8')).not.toMatch(/secret|127\.0\.0\.1/);
  });

  it.each([
    ['another start', { 'content-range': `bytes 0-${data.length - 1}/${data.length}` }],
    ['another size', { 'content-range': `bytes ${half}-${data.length}/${data.length + 1}` }],
    ['not the end', { 'content-range': `bytes ${half}-${half + 9}/${data.length}` }],
    ['nonsense', { 'content-range': 'bytes lots' }],
    ['no range', {}],
    ['another length', { 'content-range': `bytes ${half}-${data.length - 1}/${data.length}`, 'content-length': '5' }],
  ])('refuses a part with %s, and starts over', async (_, headers) => {
    await beginDownload();
    behaviour = (__, response) => response.writeHead(206, headers as never).end('xxxxx');
    await expect(download()).rejects.toBeInstanceOf(RemoteDataInvalid);
    await expectNothingLeft();
  });

  it('refuses a part that it has not asked for', async () => {
    behaviour = (_, response) => response.writeHead(206, { 'content-range': 'bytes 0-4/5' }).end('five!');
    await expect(download()).rejects.toBeInstanceOf(RemoteDataInvalid);
  });

  it('finds out that a server does not have what it announces', async () => {
    await beginDownload(cutAt(half, close, {} as never));
    behaviour = cutAt(half, close, {} as never);
    const fault = await faultOf();
    expect(fault).toBeInstanceOf(RemoteDataInvalid);
    expect((fault as Error).message).toBe(`The server sends fewer than the expected ${data.length} bytes`);
    await expectNothingLeft();
  });

  it('finds it out also when the server pretends to go on', async () => {
    const liar: RequestListener = (request, response) => {
      const from = rangeOf(request, '"v1"');
      if (from === null) {
        cutAt(half, close)(request, response);
        return;
      }
      response.writeHead(206, {
        'content-range': `bytes ${from}-${data.length - 1}/${data.length}`,
        'content-length': data.length - from,
      });
      response.flushHeaders();
      response.socket?.end();
    };
    await beginDownload(liar);
    await beginDownload(liar);
    behaviour = liar;
    await expect(download()).rejects.toBeInstanceOf(RemoteDataInvalid);
  });

  it('refuses data that is longer than announced', async () => {
    const { url: liar } = await servers.raw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nfour'));
    await expect(download({ url: liar })).rejects.toBeInstanceOf(RemoteDataInvalid);
    await expectNothingLeft();
  });

  it('refuses data of another size than expected before it comes', async () => {
    behaviour = (_, response) => response.writeHead(200, { 'content-length': 5 }).flushHeaders();
    await expect(download({ expected: { bytes: 4 } })).rejects.toBeInstanceOf(RemoteDataInvalid);
    behaviour = (_, response) => void response.write('five!');
    await expect(download({ expected: { bytes: 4 } })).rejects.toBeInstanceOf(RemoteDataInvalid);
    await expectNothingLeft();
  });

  it('stops at the largest size, announced or not', async () => {
    await expect(download({ maxBytes: data.length - 1 })).rejects.toBeInstanceOf(SizeLimitExceeded);
    behaviour = (_, response) => void response.write(data);
    await expect(download({ maxBytes: data.length - 1 })).rejects.toBeInstanceOf(SizeLimitExceeded);
    await expectNothingLeft();
    behaviour = honest(asked);
    await download({ maxBytes: data.length });
    await expectComplete();
  });

  it('refuses data that is encoded, and does not repeat what the server says of it', async () => {
    behaviour = (_, response) =>
      response.writeHead(200, { 'content-encoding': `gzip, ${'x'.repeat(10_000)}` }).end('xxx');
    await expect(download()).rejects.toThrow(
      new RemoteDataInvalid('The server sends data in an encoding that nobody asked for'),
    );
  });

  it('keeps what it has while the server is busy, and tells what is refused for good', async () => {
    await beginDownload();
    behaviour = (_, response) => response.writeHead(503).end();
    await expect(download()).rejects.toBeInstanceOf(RemoteUnavailable);
    behaviour = (_, response) => response.writeHead(403).end();
    await expect(download()).rejects.toBeInstanceOf(RemoteRefused);
    behaviour = honest(asked);
    await download();
    expect(asked).toEqual([`from ${half}`]);
  });

  it('says clearly when it cannot write', async () => {
    await expect(download({ file: join(folder, 'missing', 'data') })).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
