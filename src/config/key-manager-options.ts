import { optionsOf } from './option.js';
import { booleanType, choiceType, integerType, optionalTextType, optionalUrlType, textType } from './option-types.js';

const keyManager = optionsOf('key_manager');
const barbican = optionsOf('barbican');
const hindsight = optionsOf('hindsight');

/** Options of the key manager, which keeps the certificates of signed images and the keys of encrypted ones. */
export const keyManagerOptions = {
  backend: keyManager('backend', textType, 'barbican', 'The key manager; only barbican is available.', {
    formerly: [['key_manager', 'api_class']],
  }),
  endpoint: barbican('barbican_endpoint', optionalUrlType, null, 'Where Barbican is.', {
    defaultText: 'what the catalogue of the caller says',
  }),
  apiVersion: barbican('barbican_api_version', textType, 'v1', 'Version of its API.'),
  authEndpoint: barbican('auth_endpoint', optionalUrlType, null, 'Keystone whose catalogue names Barbican.', {
    defaultText: '[keystone_authtoken] auth_url',
    formerly: [['key_manager', 'auth_url']],
  }),
  endpointType: barbican(
    'barbican_endpoint_type',
    choiceType('public', 'internal', 'admin'),
    'public',
    'Interface of Barbican in the catalogue.',
  ),
  regionName: barbican('barbican_region_name', optionalTextType, null, 'Region of Barbican in the catalogue.'),
  verifySsl: barbican('verify_ssl', booleanType, true, 'Verify the certificate of Barbican.'),
  verifySslPath: barbican('verify_ssl_path', optionalTextType, null, 'Certificates to trust, in PEM.'),
  retryDelay: barbican('retry_delay', integerType(0), 1, 'Accepted, without effect: no keys are created.', {
    unit: 'seconds',
  }),
  numberOfRetries: barbican('number_of_retries', integerType(0), 60, 'Accepted, without effect: no keys are created.'),
  certificateDir: hindsight(
    'certificate_dir',
    optionalTextType,
    null,
    'Folder with the certificates of signed images, as <uuid>.pem; the key manager is not asked for them then.',
  ),
} as const;
