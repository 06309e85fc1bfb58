import { KeystoneHttp } from '../auth/keystone/keystone-http.js';
import { ServiceLogin } from '../auth/keystone/service-login.js';
import type { LimitsConfig } from '../config/app-config.js';
import type { Clock } from '../kernel/clock.js';
import type { ImageReadModel } from '../projections/images/image-details.read-model.js';
import { KeystoneLimits } from './keystone/keystone-limits.js';
import { UnifiedLimits } from './unified-limits.js';

/**
 * The limits that the configuration asks for. Keystone is not asked before somebody needs a limit.
 * @throws KeystoneSettingsInvalid
 */
export async function openLimits(
  config: LimitsConfig | null,
  images: Pick<ImageReadModel, 'usageOf'>,
  clock: Clock,
): Promise<UnifiedLimits> {
  if (config === null) return new UnifiedLimits(null, images);
  const { authUrl, readUrl, caFile, insecure, timeoutS } = config;
  const address = { caFile, insecure, timeoutS, group: 'oslo_limit' };
  const loginAt = await KeystoneHttp.to({ ...address, authUrl });
  const readAt = readUrl === null ? loginAt : await KeystoneHttp.to({ ...address, authUrl: readUrl });
  return new UnifiedLimits(
    new KeystoneLimits(readAt, new ServiceLogin(loginAt, config), config.endpoint, clock, config.cacheS),
    images,
  );
}
