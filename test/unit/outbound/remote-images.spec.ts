import type { IncomingHttpHeaders } from 'node:http';
import { ImageEndpoints, type CatalogReader } from '../../../src/outbound/image-endpoints.js';
import { RemoteDataInvalid, RemoteRefused, RemoteUnavailable } from '../../../src/outbound/outbound.errors.js';
import { RemoteImages } from '../../../src/outbound/remote-images.js';
import { localServers, loopbackClient } from '../../support/outbound.js';

const id = '6d9a0e3c-6f9f-4f0e-9d8b-3f4f5f6f7f8f';
const never = new AbortController().signal;
const image = {
  ...{ id, name: 'cirros', status: 'active', visibility: 'public', protected: false, owner: 'p', tags: ['a'] },
  ...{ disk_format: 'qcow2', container_format: 'bare', size: 12, virtual_size: 112, min_disk: 0, min_ram: 0 },
  ...{ checksum: 'd41d8cd98f00b204e9800998ecf8427e', os_hash_algo: 'sha512', os_hash_value: 'abc' },
  ...{ os_hidden: false, file: `/v2/images/${id}/file`, self: `/v2/images/${id}`, schema: '/v2/schemas/image' },
  ...{ hw_disk_bus: 'virtio', os_type: 'linux', os_glance_importing_to_stores: '', stores: 'a,b' },
};

describe('images of other image services', () => {
  const servers = localServers();
  const images = new RemoteImages(loopbackClient(), new ImageEndpoints(new Map(), null));
  const serve = (document: unknown, status = 200) =>
    servers.http((_, response) => response.writeHead(status).end(JSON.stringify(document)));
  const fetched = async (document: unknown, status = 200) =>
    images.fetchRemoteImage((await serve(document, status)).url, id, 'token', never);

  it('are asked for in the name of the user, however the endpoint is written', async () => {
    const asked: (readonly [string | undefined, unknown])[] = [];
    const { url } = await servers.http((request, response) => {
      asked.push([request.url, request.headers['x-auth-token']]);
      response.end(JSON.stringify(image));
    });
    for (const endpoint of [url, `${url}/`, `${url}/v2`, `${url}/image/v2/`])
      await images.fetchRemoteImage(endpoint, id, 'token', never);
    expect(asked).toEqual(['/v2', '/v2', '/v2', '/image/v2'].map((base) => [`${base}/images/${id}`, 'token'] as const));
  });

  it('are described by formats, size, checksum and custom properties', async () => {
    expect(await fetched(image)).toEqual({
      diskFormat: 'qcow2',
      containerFormat: 'bare',
      sizeBytes: 12,
      checksum: { algorithm: 'sha512', value: 'abc' },
      properties: { hw_disk_bus: 'virtio', os_type: 'linux' },
    });
  });

  it('are verified by MD5 where nothing better is known', async () => {
    const md5 = { algorithm: 'md5', value: image.checksum };
    expect((await fetched({ ...image, os_hash_algo: 'whirlpool' })).checksum).toEqual(md5);
    expect((await fetched({ ...image, os_hash_value: null })).checksum).toEqual(md5);
    expect((await fetched({ status: 'active' })).checksum).toBeNull();
  });

  it('must be active', async () => {
    await expect(fetched({ ...image, status: 'queued' })).rejects.toThrow('The image is queued there, not active');
  });

  it('are refused when they are no images', async () => {
    for (const document of [[], 'x', {}, { ...image, size: -1 }, { ...image, disk_format: 5 }])
      await expect(fetched(document)).rejects.toBeInstanceOf(RemoteDataInvalid);
    const { url } = await servers.http((_, response) => response.end('<html>'));
    await expect(images.fetchRemoteImage(url, id, 'token', never)).rejects.toBeInstanceOf(RemoteDataInvalid);
  });

  it('bring no properties that an image could not have here', async () => {
    const hostile = {
      ...{
        ['x'.repeat(256)]: 'long name',
        hw_long: 'x'.repeat(65_536),
        hw_half: '\ud800',
        ['hw_\udc00']: 'half',
        '': 'none',
      },
      ['__proto__']: { hw_inherited: 'yes' },
    };
    const { properties } = await fetched({ ...image, ...hostile });
    expect(properties).toEqual({ hw_disk_bus: 'virtio', os_type: 'linux' });
  });

  it('are refused when they say at length what is short', async () => {
    for (const document of [
      { ...image, status: 'x'.repeat(100_000) },
      { ...image, status: '<b>active</b>' },
      { ...image, disk_format: 'x'.repeat(256) },
    ])
      await expect(fetched(document)).rejects.toThrow(new RemoteDataInvalid('The server describes no image'));
  });

  it('are refused when they do not exist for the user, and worth another attempt when their service is away', async () => {
    await expect(fetched({}, 404)).rejects.toBeInstanceOf(RemoteRefused);
    await expect(fetched({}, 503)).rejects.toBeInstanceOf(RemoteUnavailable);
  });

  it('do not take the token of the user elsewhere', async () => {
    let headers: IncomingHttpHeaders | undefined;
    const other = await servers.http((request, response) => {
      headers = request.headers;
      response.end(JSON.stringify(image));
    });
    const { url } = await servers.http((_, response) => response.writeHead(302, { location: other.url }).end());
    await images.fetchRemoteImage(url, id, 'token', never);
    expect(headers).toBeDefined();
    expect(headers).not.toHaveProperty('x-auth-token');
    expect(images.dataOf(`${url}/v2`, id, 'token')).toEqual({
      url: `${url}/v2/images/${id}/file`,
      secretHeaders: { 'x-auth-token': 'token' },
    });
  });
});

describe('the image services of other regions', () => {
  const query = { region: 'Two', serviceInterface: 'public', token: 'token' };
  const endpoint = (name: string, region: string, url: string) => ({ interface: name, region_id: region, region, url });
  const catalog = {
    catalog: [
      { type: 'identity', endpoints: [endpoint('public', 'Two', 'http://keystone')] },
      {
        type: 'image',
        endpoints: [
          endpoint('public', 'One', 'http://one'),
          endpoint('internal', 'Two', 'http://two.internal'),
          endpoint('public', 'Two', 'http://two'),
        ],
      },
    ],
  };
  const reader =
    (answer: unknown, status = 200): CatalogReader =>
    (token) => {
      expect(token).toBe('token');
      return Promise.resolve({ status, text: JSON.stringify(answer) });
    };

  it('are those of the configuration first', async () => {
    const endpoints = new ImageEndpoints(new Map([['Two', 'http://mine']]), reader(catalog));
    expect(await endpoints.find(query)).toBe('http://mine');
  });

  it('are else found in the catalog of the user, by region and interface', async () => {
    const endpoints = new ImageEndpoints(new Map(), reader(catalog));
    expect(await endpoints.find(query)).toBe('http://two');
    expect(await endpoints.find({ ...query, serviceInterface: 'internal' })).toBe('http://two.internal');
  });

  it('are unknown when neither names them', async () => {
    for (const source of [null, reader(catalog)])
      await expect(new ImageEndpoints(new Map(), source).find({ ...query, region: 'Three' })).rejects.toThrow(
        new RemoteRefused('No image service is known in the region Three under the interface public'),
      );
  });

  it('are unknown under an interface that they do not have', async () => {
    const endpoints = new ImageEndpoints(new Map(), reader(catalog));
    await expect(endpoints.find({ ...query, serviceInterface: 'not an interface' })).rejects.toThrow(
      new RemoteRefused('No image service is known in the region Two under the interface not an interface'),
    );
  });

  it('cannot be found when the identity service refuses, fails, or answers nonsense', async () => {
    const find = (catalogReader: CatalogReader) => new ImageEndpoints(new Map(), catalogReader).find(query);
    await expect(find(reader({}, 401))).rejects.toBeInstanceOf(RemoteRefused);
    await expect(find(reader({}, 500))).rejects.toBeInstanceOf(RemoteUnavailable);
    await expect(find(() => Promise.reject(new Error('away')))).rejects.toBeInstanceOf(RemoteUnavailable);
    await expect(find(reader({ catalog: 5 }))).rejects.toBeInstanceOf(RemoteDataInvalid);
  });
});
