import type { AppConfig } from '../../../src/config/app-config.js';

/** How policy servers are asked when no option says otherwise. */
export const DEFAULT_SETTINGS: AppConfig['policy']['remote'] = {
  contentType: 'application/x-www-form-urlencoded',
  timeoutS: 10,
  verifyServer: true,
  caFile: null,
  clientCertificateFile: null,
  clientKeyFile: null,
};
