import { getHashes } from 'node:crypto';
import { cacheOptions } from './cache-options.js';
import { metadefOptions } from './metadef-options.js';
import { notificationOptions, rabbitOptions } from './notification-options.js';
import type { Option } from './option.js';
import { optionsOf } from './option.js';
import type { OptionType } from './option-types.js';
import {
  booleanType,
  choiceType,
  dictType,
  integerType,
  listType,
  optionalTextType,
  optionalUrlType,
  sizeType,
  textType,
} from './option-types.js';
import { serviceOptions } from './service-options.js';
import { fileStoreOptionsOf } from './file-store-options.js';
import { pasteOptions } from './paste-options.js';
import { keystoneOptions } from './keystone-options.js';
import { policyOptions, propertyOptions } from './policy-options.js';
import { httpStoreOptions, locationOptions } from './location-options.js';
import { auditOptions } from './audit-options.js';
import { databaseOptions } from './database-options.js';
import { eventStoreOptions } from './event-store-options.js';
import { logOptions, serverOptions } from './server-options.js';
import { webhookOptions } from './webhook-options.js';
import { conversionOptions, dutyOptions, importOptions, outboundOptions, taskOptions } from './task-options.js';

const general = optionsOf('DEFAULT');
const glanceStore = optionsOf('glance_store');
const backend = optionsOf('<backend id>');
const imageFormat = optionsOf('image_format');
const healthcheck = optionsOf('healthcheck');
const hindsight = optionsOf('hindsight');

const seconds = { unit: 'seconds' };
const bytes = { unit: 'bytes' };
/** Timers of the runtime take 31 bits of milliseconds, and one that is longer fires at once. */
const LONGEST_TIMER_S = 2_000_000;
const unlimitedBelowZero = 'A negative number means no limit.';

const hashType: OptionType<string> = {
  label: 'hash',
  allowed: 'a hash function of this runtime, such as sha512, sha256 or sha3-512',
  parse: (text) => (getHashes().includes(text.toLowerCase()) ? text.toLowerCase() : undefined),
};

const importMethodType = choiceType('glance-direct', 'web-download', 'copy-image', 'glance-download');

/** Options of the group [DEFAULT], under the names that Glance gave them. */
export const generalOptions = {
  bindHost: general('bind_host', textType, '127.0.0.1', 'Address to listen on.'),
  bindPort: general('bind_port', integerType(0, 65535), 9292, 'TCP port to listen on; 0 takes any free one.'),
  publicEndpoint: general(
    'public_endpoint',
    optionalUrlType,
    null,
    'Base URL that documents and headers name; without it, the one that the client used.',
  ),
  workers: general(
    'workers',
    integerType(0, 1000),
    1,
    'Processes that answer requests, for the roles api and serve; with 0 as with 1 there is one, which nobody supervises.',
  ),
  limitParamDefault: general('limit_param_default', integerType(1), 25, 'Page size of a list without a limit.'),
  apiLimitMax: general('api_limit_max', integerType(1), 1000, 'Largest page size; larger limits are reduced to it.'),
  maxRequestIdLength: general(
    'max_request_id_length',
    integerType(0),
    64,
    'Longest request id that a client may send; 0 means no limit.',
    { unit: 'characters' },
  ),
  clientSocketTimeout: general(
    'client_socket_timeout',
    integerType(0, LONGEST_TIMER_S),
    900,
    'Time after which a connection is cut on which nothing moves; 0 means never.',
    seconds,
  ),
  imagePropertyQuota: general(
    'image_property_quota',
    integerType(-Infinity),
    128,
    `Custom properties of an image. ${unlimitedBelowZero}`,
  ),
  imageTagQuota: general('image_tag_quota', integerType(-Infinity), 128, `Tags of an image. ${unlimitedBelowZero}`),
  imageMemberQuota: general(
    'image_member_quota',
    integerType(-Infinity),
    128,
    `Members of an image. ${unlimitedBelowZero}`,
  ),
  imageLocationQuota: general(
    'image_location_quota',
    integerType(-Infinity),
    10,
    `Locations of an image. ${unlimitedBelowZero}`,
  ),
  imageSizeCap: general('image_size_cap', integerType(1, 2 ** 63), 1024 ** 4, 'Largest image.', bytes),
  userStorageQuota: general(
    'user_storage_quota',
    sizeType,
    0,
    'Space for all images of one project; 0 means no limit. Takes B, KB, MB, GB, TB.',
    bytes,
  ),
  hashingAlgorithm: general(
    'hashing_algorithm',
    hashType,
    'sha512',
    'Hash of new image data, beside the MD5 checksum.',
  ),
  delayedDelete: general(
    'delayed_delete',
    booleanType,
    false,
    'Keep the data of deleted images until the scrubber comes.',
  ),
  scrubTime: general(
    'scrub_time',
    integerType(0),
    0,
    'Time that data of a deleted image stays with delayed_delete.',
    seconds,
  ),
  wakeupTime: general(
    'wakeup_time',
    integerType(1, LONGEST_TIMER_S),
    300,
    'Pause between two rounds of the scrubber.',
    seconds,
  ),
  enabledBackends: general(
    'enabled_backends',
    dictType,
    new Map(),
    'Stores as id:type pairs; each id is a group with the options of that store. Types: file, http (read-only).',
    { defaultText: 'local:file, unless [glance_store] names a single store' },
  ),
  enabledImportMethods: general(
    'enabled_import_methods',
    listType(importMethodType),
    ['glance-direct', 'web-download', 'copy-image'],
    'Import methods, in the order in which they are announced; copy-image needs enabled_backends.',
  ),
  imageCacheDir: general(
    'image_cache_dir',
    optionalTextType,
    null,
    'Folder of the image cache; without it, none is kept and the API versions that know it are not announced.',
  ),
  debug: general('debug', booleanType, false, 'Log at level debug.'),
  logFile: general(
    'log_file',
    optionalTextType,
    null,
    'File that the log is appended to; without it, standard output.',
    {
      formerly: [['DEFAULT', 'logfile']],
    },
  ),
} as const;

/**
 * Options of the group [glance_store]. Without enabled_backends, any of `stores`, `default_store` and the folders selects
 * single-store mode.
 */
export const glanceStoreOptions = {
  defaultBackend: glanceStore('default_backend', optionalTextType, null, 'Store of uploads that name none.', {
    defaultText: 'the only store of enabled_backends',
  }),
  stores: glanceStore(
    'stores',
    listType(textType),
    ['file', 'http'],
    'Enabled store types in single-store mode: file, and http for locations of images.',
    { formerly: [['DEFAULT', 'known_stores']] },
  ),
  defaultStore: glanceStore(
    'default_store',
    choiceType('file', 'filesystem', 'http', 'https'),
    'file',
    'Store type of uploads in single-store mode.',
    { formerly: [['DEFAULT', 'default_store']] },
  ),
  ...fileStoreOptionsOf(glanceStore, 'images in the data folder'),
} as const;

/** Options of each store's own group; [backend_defaults] sets them for all stores. */
export const backendOptions = {
  ...fileStoreOptionsOf(backend, 'images in the data folder, if this is the only store'),
  storeDescription: backend('store_description', optionalTextType, null, 'What clients read about the store.'),
  weight: backend('weight', integerType(-Infinity), 0, 'Locations in stores with a larger weight come first.'),
  taskWriteRate: backend(
    'task_write_rate',
    sizeType,
    0,
    'Bytes per second that the tasks of one worker process write to the store; 0 means no limit. Takes B, KB, MB, GB, TB.',
    bytes,
  ),
  taskWriteConcurrency: backend(
    'task_write_concurrency',
    integerType(0),
    0,
    'Tasks of one worker process that write to the store at a time; 0 means no limit.',
  ),
} as const;

/** Options of the group [image_format]. */
export const imageFormatOptions = {
  containerFormats: imageFormat(
    'container_formats',
    listType(textType),
    ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'],
    'Container formats that images may have.',
  ),
  diskFormats: imageFormat(
    'disk_formats',
    listType(textType),
    ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'],
    'Disk formats that images may have.',
  ),
  requireImageFormatMatch: imageFormat(
    'require_image_format_match',
    booleanType,
    true,
    'Refuse data whose content is not of the declared disk format.',
  ),
  vmdkAllowedTypes: imageFormat(
    'vmdk_allowed_types',
    listType(textType),
    ['streamOptimized', 'monolithicSparse'],
    'VMDK create types that are converted; empty: no VMDK at all.',
  ),
} as const;

/** Options of the group [healthcheck]. */
export const healthcheckOptions = {
  disableByFilePath: healthcheck(
    'disable_by_file_path',
    optionalTextType,
    null,
    'While this file exists, /healthcheck answers 503.',
  ),
} as const;

/** Options of the group [hindsight]: what Glance does not have. */
export const hindsightOptions = {
  dataDir: hindsight(
    'data_dir',
    textType,
    'data',
    'Folder of the embedded databases, of image data and of generated credentials; relative to the working directory.',
  ),
  identity: hindsight(
    'identity',
    choiceType('builtin', 'keystone', 'headers', 'trusted-auth', 'fakeauth', 'none'),
    'builtin',
    'Who tells who is calling: the built-in identity service, a Keystone, headers of a trusted proxy (headers, trusted-auth), ' +
      'test tokens user:project:role (fakeauth), or nobody: then all are administrators (none).',
    { defaultText: 'what [paste_deploy] flavor says, else `builtin`' },
  ),
  identityHeadersAllowRemote: hindsight(
    'identity_headers_allow_remote',
    booleanType,
    false,
    'Use headers, trusted-auth, fakeauth or none on an address that other machines reach.',
  ),
  region: hindsight('region', textType, 'RegionOne', 'Region in the catalog of the built-in identity service.'),
  tokenLifetime: hindsight(
    'token_lifetime',
    integerType(1),
    3600,
    'Life of a token of the built-in identity service.',
    seconds,
  ),
  uploadLease: hindsight(
    'upload_lease',
    integerType(1, LONGEST_TIMER_S),
    30,
    'Time after which the upload of a dead process is given up.',
    seconds,
  ),
  directIo: hindsight(
    'direct_io',
    booleanType,
    true,
    'Write image data past the page cache where the file system can.',
  ),
  gracefulShutdownTimeout: hindsight(
    'graceful_shutdown_timeout',
    integerType(0, LONGEST_TIMER_S),
    60,
    'Time that a stop waits for requests in flight.',
    seconds,
  ),
  maxJsonBody: hindsight('max_json_body', sizeType, 1024 ** 2, 'Largest JSON body. Takes B, KB, MB, GB, TB.', bytes),
  logLevel: hindsight(
    'log_level',
    choiceType('debug', 'info', 'warn', 'error'),
    'info',
    'Least severe level that is logged.',
  ),
} as const;

/** Group of defaults for all stores of enabled_backends. */
export const BACKEND_DEFAULTS = 'backend_defaults';

/** Every option, in the order of the documentation. */
export const allOptions: readonly Option<unknown>[] = [
  ...Object.values<Option<unknown>>(generalOptions),
  ...serviceOptions,
  ...Object.values<Option<unknown>>({ ...propertyOptions, ...metadefOptions }),
  ...Object.values<Option<unknown>>(cacheOptions),
  ...Object.values<Option<unknown>>(serverOptions),
  ...Object.values<Option<unknown>>(logOptions),
  ...Object.values<Option<unknown>>(databaseOptions),
  ...Object.values<Option<unknown>>(auditOptions),
  ...Object.values<Option<unknown>>(glanceStoreOptions),
  ...Object.values<Option<unknown>>(backendOptions),
  ...Object.values<Option<unknown>>(locationOptions),
  ...Object.values<Option<unknown>>(httpStoreOptions),
  ...Object.values<Option<unknown>>(imageFormatOptions),
  ...Object.values<Option<unknown>>(dutyOptions),
  ...Object.values<Option<unknown>>(taskOptions),
  ...Object.values<Option<unknown>>(importOptions),
  ...Object.values<Option<unknown>>(outboundOptions),
  ...Object.values<Option<unknown>>(conversionOptions),
  ...Object.values<Option<unknown>>({ ...notificationOptions, ...rabbitOptions }),
  ...Object.values<Option<unknown>>(webhookOptions),
  ...Object.values<Option<unknown>>(policyOptions),
  ...Object.values<Option<unknown>>(pasteOptions),
  ...Object.values<Option<unknown>>(keystoneOptions),
  ...Object.values<Option<unknown>>(healthcheckOptions),
  ...Object.values<Option<unknown>>(hindsightOptions),
  ...Object.values<Option<unknown>>(eventStoreOptions),
];
