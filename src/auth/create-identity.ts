import type { DynamicModule } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import type { Clock } from '../kernel/clock.js';
import { BuiltinIdentityModule } from './builtin/builtin-identity.module.js';
import { startBuiltinServices } from './builtin/builtin-services.js';
import { HeaderIdentity, TRUSTED_HEADERS_WARNING } from './headers/header-identity.js';
import type { Identity } from './identity.js';
import { KeystoneIdentity } from './keystone/keystone-identity.js';

/** What is needed of a logger; pino's fits. */
type IdentityLog = Readonly<{ warn(message: string): void }>;

/** `identityApi` serves the built-in identity's own API; null when another service does. */
type ChosenIdentity = Readonly<{ identity: Identity; identityApi: DynamicModule | null }>;

/**
 * Starts the identity adapter that the configuration chooses.
 * @throws UsersFileInvalid, CloudsFileInvalid, SigningKeyInvalid, KeystoneSettingsInvalid
 */
export async function createIdentity(
  config: Pick<AppConfig, 'dataDir' | 'api' | 'edge' | 'identity'>,
  clock: Clock,
  log: IdentityLog,
): Promise<ChosenIdentity> {
  const chosen = config.identity;
  switch (chosen.kind) {
    case 'builtin': {
      const services = await startBuiltinServices(config, chosen, clock, (message) => log.warn(message));
      return { identity: services.identity, identityApi: BuiltinIdentityModule.of(services) };
    }
    case 'keystone':
      return { identity: await KeystoneIdentity.create(chosen, clock), identityApi: null };
    case 'headers':
      log.warn(TRUSTED_HEADERS_WARNING);
      return { identity: new HeaderIdentity(), identityApi: null };
  }
}
