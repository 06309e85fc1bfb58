import { RemoteFiles } from '../../../src/outbound/remote-files.js';
import { HttpImageStore } from '../../../src/stores/http/http.store.js';
import {
  StoreAddDisabled,
  StoredDataMissing,
  StoreDenied,
  StoreOperationUnsupported,
  StoreUnavailable,
  StoreUrlInvalid,
} from '../../../src/stores/stores.errors.js';
import { localServers, loopbackClient } from '../../support/outbound.js';
import { WebServer } from '../../support/web-server.js';

const DATA = Buffer.from('ABCDEFGHIJ');
const store = new HttpImageStore(new RemoteFiles(loopbackClient({ stallTimeoutS: 0.3 })));

const read = async (url: string, range?: { offset: number; length: number }): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await store.get(url, range)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

describe('a store that refers to data of web servers', () => {
  const servers = localServers();
  let web: WebServer;

  beforeEach(async () => {
    web = await WebServer.start();
  });
  afterEach(() => web.stop());

  it('reads data, and ranges of it', async () => {
    const url = web.serve('/a', { bytes: DATA });
    expect(await store.sizeOf(url)).toBe(10);
    expect(await read(url)).toBe('ABCDEFGHIJ');
    expect(await read(url, { offset: 3, length: 4 })).toBe('DEFG');
    expect(await read(url, { offset: 8, length: 100 })).toBe('IJ');
    expect(await read(url, { offset: 2, length: 0 })).toBe('');
  });

  it('reads ranges from a server that knows none', async () => {
    const url = web.serve('/a', { bytes: DATA, ranges: false });
    expect(await read(url, { offset: 3, length: 4 })).toBe('DEFG');
  });

  it('never passes on another part than was asked for', async () => {
    const { url } = await servers.http((_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 0-3/10', 'content-length': '4' }).end('ABCD'),
    );
    await expect(read(url, { offset: 3, length: 4 })).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('asks for the size with GET where HEAD is not allowed', async () => {
    const { url } = await servers.http(({ method }, response) =>
      method === 'HEAD' ? response.writeHead(405).end() : response.end('ABC'),
    );
    expect(await store.sizeOf(url)).toBe(3);
  });

  it('knows no size that a server does not say', async () => {
    const { url } = await servers.http((_, response) => {
      response.write('A');
      response.end('B');
    });
    await expect(store.sizeOf(url)).rejects.toBeInstanceOf(StoreOperationUnsupported);
  });

  it.each([
    [404, StoredDataMissing],
    [410, StoredDataMissing],
    [403, StoreDenied],
    [503, StoreUnavailable],
  ])('takes the answer %i for what it is', async (status, error) => {
    const url = web.refuse('/no', status);
    await expect(store.get(url)).rejects.toBeInstanceOf(error);
    await expect(store.sizeOf(url)).rejects.toBeInstanceOf(error);
  });

  it.each([
    ['stalls', { stallsAfter: 4 }],
    ['breaks off', { cutsAfter: 4 }],
    ['has less than it says', { claimsLength: 20 }],
  ])('fails when a server %s', async (_what, behaviour) => {
    await expect(read(web.serve('/bad', { bytes: DATA, ...behaviour }))).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('follows no redirect to where nothing may be fetched from', async () => {
    const url = web.redirect('/away', 'http://169.254.169.254/latest');
    await expect(store.get(url)).rejects.toBeInstanceOf(StoreDenied);
    await expect(store.sizeOf(url)).rejects.toBeInstanceOf(StoreDenied);
  });

  it('writes and removes nothing', async () => {
    const url = web.serve('/a', { bytes: DATA });
    await expect(store.put()).rejects.toBeInstanceOf(StoreAddDisabled);
    await expect(store.share(url)).rejects.toBeInstanceOf(StoreOperationUnsupported);
    await store.delete(url);
    expect(web.requests).toEqual([]);
    expect(await store.adopt(url)).toEqual({ url, sizeBytes: 10, metadata: {} });
  });

  it.each(['file:///etc/passwd', 'http://user:secret@host/a', 'https://host/a?sig=x', 'ftp://host/a', 'nonsense'])(
    'does not own %s',
    async (url) => {
      expect(store.owns(url)).toBe(false);
      await expect(store.get(url)).rejects.toBeInstanceOf(StoreUrlInvalid);
    },
  );
});
