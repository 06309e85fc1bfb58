import { KeystoneHttp } from '../auth/keystone/keystone-http.js';
import { credentialsOf } from '../auth/keystone/keystone-identity.js';
import { ServiceLogin } from '../auth/keystone/service-login.js';
import type { AppConfig, BarbicanConfig } from '../config/app-config.js';
import { BarbicanHttp } from './barbican/barbican-http.js';
import { BarbicanSecrets } from './barbican/barbican-secrets.js';
import type { EndpointFinder, ServiceToken } from './barbican/barbican-secrets.js';
import { catalogEndpoint } from './barbican/catalog-endpoint.js';
import { CertificateFolder } from './certificate-folder.js';
import { ConfiguredKeyManager } from './configured.key-manager.js';
import type { KeyManager } from './key-manager.js';

type Config = Pick<AppConfig, 'keyManager' | 'identity'>;

/**
 * The key manager that the configuration names. Nothing is asked before somebody needs a secret.
 * @throws KeystoneSettingsInvalid
 */
export async function openKeyManager({ keyManager, identity }: Config): Promise<KeyManager> {
  const { certificateDir, barbican } = keyManager;
  const folder = certificateDir === null ? null : new CertificateFolder(certificateDir);
  return new ConfiguredKeyManager(folder, barbican === null ? null : await openBarbican(barbican, identity));
}

async function openBarbican(barbican: BarbicanConfig, identity: Config['identity']): Promise<BarbicanSecrets> {
  const http = new BarbicanHttp({ verify: barbican.verifyTls, caFile: barbican.caFile });
  const finder = await endpointFinder(barbican);
  return new BarbicanSecrets(http, finder, barbican.apiVersion, await serviceToken(identity));
}

async function endpointFinder({ endpoint, authUrl, ...wanted }: BarbicanConfig): Promise<EndpointFinder> {
  if (endpoint !== null) return () => Promise.resolve(endpoint);
  const tls = { insecure: !wanted.verifyTls, caFile: wanted.caFile };
  return catalogEndpoint(await KeystoneHttp.to({ authUrl, ...tls, group: 'barbican' }), wanted);
}

/** Only with a Keystone does this service have credentials of its own. */
async function serviceToken(identity: Config['identity']): Promise<ServiceToken | null> {
  if (identity.kind !== 'keystone') return null;
  const login = new ServiceLogin(await KeystoneHttp.to(identity), credentialsOf(identity));
  return () => login.token();
}
