import { join } from 'node:path';
import type { AppConfig, IdentityConfig } from '../../config/app-config.js';
import type { Clock } from '../../kernel/clock.js';
import { BuiltinIdentity } from './builtin-identity.js';
import { DirectorySource, type Warn } from './directory-source.js';
import { prepareUsers } from './first-start.js';
import { IdentityEdge } from './http/identity-edge.js';
import { LoginDesk } from './login.js';
import { RevokedTokens } from './revoked-tokens.js';
import { ServiceAddress } from './service-address.js';
import { Sessions } from './sessions.js';
import { loadSigningKey } from './signing-key.js';
import { TokenSigner } from './token-signer.js';

type BuiltinConfig = Extract<IdentityConfig, { kind: 'builtin' }>;

/** The parts of the built-in identity service, put together. */
export type BuiltinServices = Readonly<{
  identity: BuiltinIdentity;
  address: ServiceAddress;
  edge: IdentityEdge;
  loginDesk: LoginDesk;
  tokens: TokenSigner;
}>;

/**
 * Starts the built-in identity service on its files, which it creates if they are missing.
 * @throws UsersFileInvalid, CloudsFileInvalid, SigningKeyInvalid
 */
export async function startBuiltinServices(
  config: Pick<AppConfig, 'dataDir' | 'api' | 'edge'>,
  identity: BuiltinConfig,
  clock: Clock,
  warn: Warn,
): Promise<BuiltinServices> {
  const address = new ServiceAddress(config.api, identity, warn);
  await prepareUsers(identity, address.endpoint, warn);
  const source = new DirectorySource(identity.usersFile, warn);
  await source.current();
  const folder = join(config.dataDir, 'identity');
  const revoked = new RevokedTokens(join(folder, 'revoked-tokens'));
  const tokens = new TokenSigner(await loadSigningKey(join(folder, 'signing.key')), revoked, clock);
  const sessions = new Sessions(tokens, source);
  return {
    identity: new BuiltinIdentity(sessions, address),
    address,
    edge: new IdentityEdge(sessions, identity.region, config),
    loginDesk: new LoginDesk(source, sessions, tokens, clock, identity.tokenLifetimeS),
    tokens,
  };
}
