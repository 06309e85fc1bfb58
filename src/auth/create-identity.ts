import type { DynamicModule } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import type { Clock } from '../kernel/clock.js';
import { PolicyAuthenticator } from './authenticator.js';
import type { Authenticator } from './authenticator.js';
import { BuiltinIdentityModule } from './builtin/builtin-identity.module.js';
import { startBuiltinServices } from './builtin/builtin-services.js';
import { FakeIdentity, TEST_TOKENS_WARNING } from './headers/fake-identity.js';
import { HeaderIdentity, TRUSTED_HEADERS_WARNING } from './headers/header-identity.js';
import { NO_IDENTITY_WARNING, NoIdentity } from './none/no-identity.js';
import { KeystoneIdentity } from './keystone/keystone-identity.js';
import type { Policy } from './policy.js';

/** What is needed of a logger; pino's fits. */
type IdentityLog = Readonly<{ warn(message: string): void }>;

/** `identityApi` serves the built-in identity's own API; null when another service does. */
type ChosenIdentity = Readonly<{
  authenticator: Authenticator;
  identityApi: DynamicModule | null;
  /** To be told which port it is that clients reach. */
  listensOn: (port: number) => Promise<void>;
}>;

/**
 * Starts the identity adapter that the configuration chooses.
 * @throws UsersFileInvalid, CloudsFileInvalid, SigningKeyInvalid, KeystoneSettingsInvalid
 */
export async function createIdentity(
  config: Pick<AppConfig, 'dataDir' | 'api' | 'edge' | 'identity'>,
  clock: Clock,
  policy: Policy,
  log: IdentityLog,
): Promise<ChosenIdentity> {
  const chosen = config.identity;
  switch (chosen.kind) {
    case 'builtin': {
      const services = await startBuiltinServices(config, chosen, clock, (message) => log.warn(message));
      return {
        authenticator: new PolicyAuthenticator(services.identity, policy),
        identityApi: BuiltinIdentityModule.of(services),
        listensOn: (port) => services.address.listensOn(port),
      };
    }
    case 'keystone':
      return external(new PolicyAuthenticator(await KeystoneIdentity.create(chosen, clock), policy));
    case 'headers':
      log.warn(TRUSTED_HEADERS_WARNING);
      return external(new PolicyAuthenticator(new HeaderIdentity(), policy));
    case 'fakeauth':
      log.warn(TEST_TOKENS_WARNING);
      return external(new PolicyAuthenticator(new FakeIdentity(), policy));
    case 'none':
      log.warn(NO_IDENTITY_WARNING);
      return external(new NoIdentity());
  }
}

const external = (authenticator: Authenticator): ChosenIdentity => ({
  authenticator,
  identityApi: null,
  listensOn: () => Promise.resolve(),
});
