import { optionsOf } from './option.js';
import { booleanType, integerType, optionalTextType } from './option-types.js';

const general = optionsOf('DEFAULT');
const store = optionsOf('<backend id>');

/** Options about locations of images. */
export const locationOptions = {
  showMultipleLocations: general(
    'show_multiple_locations',
    booleanType,
    false,
    'Show the locations of images, and let their owners change them.',
  ),
  showImageDirectUrl: general('show_image_direct_url', booleanType, false, 'Show direct_url of images.'),
  doSecureHash: general(
    'do_secure_hash',
    booleanType,
    true,
    'Read the data at locations that clients register, to compute its hashes and compare them with what is expected.',
  ),
  httpRetries: general(
    'http_retries',
    integerType(0, 1000),
    3,
    'How often data at a registered location is read anew when that fails; the pauses grow.',
  ),
} as const;

/** Options of stores of type http; with a single store they stand in [glance_store]. */
export const httpStoreOptions = {
  insecure: store(
    'https_insecure',
    booleanType,
    false,
    'Store of type http: ask https servers whose certificate cannot be verified.',
  ),
  caCertificatesFile: store(
    'https_ca_certificates_file',
    optionalTextType,
    null,
    'Store of type http: certificates to trust, in PEM; with it, certificates are always verified.',
  ),
} as const;
