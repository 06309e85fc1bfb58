import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server, ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { PolicyServerUnavailable } from '../../../src/auth/auth.errors.js';
import { PolicyServers } from '../../../src/auth/policy-servers.js';
import type { AppConfig } from '../../../src/config/app-config.js';
import { ConfigError } from '../../../src/config/config-error.js';
import { DEFAULT_SETTINGS } from './policy-server-settings.js';

type Settings = AppConfig['policy']['remote'];

const fileOf = (name: string): string => fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url));
/** Of `localhost`, and signed by nobody but itself. */
const [certificate, key] = [fileOf('untrusted.crt'), fileOf('untrusted.key')];

describe('a policy server that is asked over https', () => {
  const servers: Server[] = [];
  /** Names of those who have asked, by their certificates. */
  let askers: string[];

  beforeEach(() => (askers = []));
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  const start = async (options: ServerOptions = {}): Promise<number> => {
    const files = { cert: await readFile(certificate), key: await readFile(key) };
    const server = createServer({ ...files, ...options }, (request, response) => {
      const { subject = { CN: 'nobody' } } = (
        request.socket as TLSSocket
      ).getPeerCertificate() as Partial<PeerCertificate>;
      askers.push(String(subject.CN));
      response.end('True');
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return (server.address() as AddressInfo).port;
  };
  const ask = (port: number, changed: Partial<Settings>, host = 'localhost'): Promise<boolean> =>
    PolicyServers.open({ ...DEFAULT_SETTINGS, ...changed }).ask(`https://${host}:${port}/`, 'get_image', {}, {});

  it('is not asked when its certificate is not trusted', async () => {
    const port = await start();

    await expect(ask(port, {})).rejects.toThrow(PolicyServerUnavailable);
    await expect(ask(port, {})).rejects.toThrow(/self.signed certificate/);
    expect(askers).toEqual([]);
  });

  it('is asked when the configured certificates vouch for it, and it has the name that the rule says', async () => {
    const port = await start();

    expect(await ask(port, { caFile: certificate })).toBe(true);
    await expect(ask(port, { caFile: certificate }, '127.0.0.1')).rejects.toThrow(/altnames/);
    expect(askers).toHaveLength(1);
  });

  it('is asked whoever it is when nobody is to look', async () => {
    expect(await ask(await start(), { verifyServer: false }, '127.0.0.1')).toBe(true);
  });

  it('is not trusted by others because one is told not to look', async () => {
    const port = await start();

    expect(await ask(port, { verifyServer: false })).toBe(true);
    await expect(ask(port, {})).rejects.toThrow(PolicyServerUnavailable);
  });

  it('is shown the certificate of this service', async () => {
    const port = await start({ requestCert: true, rejectUnauthorized: true, ca: await readFile(certificate) });

    await expect(ask(port, { caFile: certificate })).rejects.toThrow(PolicyServerUnavailable);
    expect(askers).toEqual([]);
    const shown = { caFile: certificate, clientCertificateFile: certificate, clientKeyFile: key };
    expect(await ask(port, shown)).toBe(true);
    expect(askers).toEqual(['localhost']);
  });

  it.each<[string, Partial<Settings>, RegExp]>([
    ['caFile', { caFile: '/no/such.pem' }, /\[oslo_policy\] remote_ssl_ca_crt_file: .*ENOENT/],
    ['clientKeyFile', { clientKeyFile: '/no/such.pem' }, /\[oslo_policy\] remote_ssl_client_key_file: .*ENOENT/],
    ['clientCertificateFile', { clientCertificateFile: '/' }, /\[oslo_policy\] remote_ssl_client_crt_file: .*EISDIR/],
  ])('needs files that can be read: %s', (_name, changed, message) => {
    expect(() => PolicyServers.open({ ...DEFAULT_SETTINGS, ...changed })).toThrow(ConfigError);
    expect(() => PolicyServers.open({ ...DEFAULT_SETTINGS, ...changed })).toThrow(message);
  });

  it('needs files that hold what they are for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hindsight-policy-'));
    const clientCertificateFile = join(folder, 'x.pem');
    await writeFile(clientCertificateFile, 'no certificate');
    try {
      expect(() => PolicyServers.open({ ...DEFAULT_SETTINGS, clientCertificateFile })).toThrow(
        '[oslo_policy] remote_ssl_*_file',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
