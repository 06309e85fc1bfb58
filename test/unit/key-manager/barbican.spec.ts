import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../../src/config/load-config.js';
import type { KeyManager } from '../../../src/key-manager/key-manager.js';
import { openKeyManager } from '../../../src/key-manager/open-key-manager.js';
import { Barbican } from '../../support/barbican.js';

const ID = '0a1b2c3d-0000-4000-8000-0123456789ab';

const managerWith = (environment: Readonly<Record<string, string>>): Promise<KeyManager> =>
  openKeyManager(loadConfig({ files: [], directories: [], environment, commandLine: {} }).config);

describe('Barbican as key manager', () => {
  let barbican: Barbican;
  let keys: KeyManager;

  beforeEach(async () => {
    barbican = await Barbican.start();
    keys = await managerWith({ OS_BARBICAN__BARBICAN_ENDPOINT: barbican.url });
  });
  afterEach(() => barbican.stop());

  it.each(['application/octet-stream', 'text/plain', 'application/pkix-cert'])(
    'gives the payload of a secret as it is kept, here as %s',
    async (contentType) => {
      barbican.keep(ID, 'a certificate', contentType);
      expect(Buffer.from(await keys.certificate(ID, 'token')).toString()).toBe('a certificate');
      expect(barbican.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        `GET /v1/secrets/${ID}`,
        `GET /v1/secrets/${ID}/payload`,
      ]);
      expect(barbican.requests.every(({ headers }) => headers['x-auth-token'] === 'token')).toBe(true);
    },
  );

  it('is found in the catalogue, by interface and region', async () => {
    keys = await managerWith({
      OS_BARBICAN__AUTH_ENDPOINT: barbican.url,
      OS_BARBICAN__BARBICAN_REGION_NAME: 'R1',
      OS_BARBICAN__BARBICAN_ENDPOINT_TYPE: 'public',
    });
    barbican.keep(ID, 'a certificate');
    expect(Buffer.from(await keys.certificate(ID, 'token')).toString()).toBe('a certificate');
  });

  it('deletes a secret', async () => {
    barbican.keep(ID, 'a key');
    await keys.deleteSecret(ID, 'token');
    expect(barbican.has(ID)).toBe(false);
  });

  it.each([
    [401, 'key_manager.secret_not_found'],
    [403, 'key_manager.secret_not_found'],
    [404, 'key_manager.secret_not_found'],
    [429, 'key_manager.unavailable'],
    [500, 'key_manager.unavailable'],
  ])('that answers with %i is understood', async (status, code) => {
    barbican.refuse(ID, status);
    await expect(keys.certificate(ID, 'token')).rejects.toMatchObject({ code });
    await expect(keys.deleteSecret(ID, 'token')).rejects.toMatchObject({ code });
  });

  it('is not asked for what cannot be the id of a secret', async () => {
    for (const id of ['', '..', `${ID}/payload`, '../orders', 'A'.repeat(36)])
      await expect(keys.certificate(id, 'token')).rejects.toMatchObject({ code: 'key_manager.secret_not_found' });
    expect(barbican.requests).toEqual([]);
  });

  it('is not asked without a token', async () => {
    await expect(keys.certificate(ID, null)).rejects.toMatchObject({ code: 'key_manager.secret_not_found' });
    expect(barbican.requests).toEqual([]);
  });

  it('may be away', async () => {
    const port = await freePort();
    keys = await managerWith({ OS_BARBICAN__BARBICAN_ENDPOINT: `http://127.0.0.1:${port}` });
    await expect(keys.certificate(ID, 'token')).rejects.toMatchObject({ code: 'key_manager.unavailable' });
  });

  it('is none that is not configured', async () => {
    const none = await managerWith({});
    expect(none.needsToken).toBe(false);
    await expect(none.certificate(ID, 'token')).rejects.toMatchObject({ code: 'key_manager.secret_not_found' });
  });
});

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
