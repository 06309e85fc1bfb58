import { BlockList, isIP } from 'node:net';
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

const task = optionsOf('task');
const executor = optionsOf('taskflow_executor');
const filtering = optionsOf('import_filtering_opts');
const importing = optionsOf('image_import_opts');
const injecting = optionsOf('inject_metadata_properties');
const converting = optionsOf('image_conversion');
const remoteImages = optionsOf('glance_download_properties');
const staging = optionsOf('os_glance_staging_store');
const hindsight = optionsOf('hindsight');

const seconds = { unit: 'seconds' };
const bytes = { unit: 'bytes' };
const LONGEST_TIMER_S = 2_000_000;

const portType = integerType(1, 65535);

/** `redis://` or `rediss://`, with user, password, port and database where needed. */
const optionalRedisUrlType: OptionType<string | null> = {
  label: 'URL',
  allowed: 'a redis:// or rediss:// URL',
  parse: (text) => {
    if (text === '') return null;
    const url = URL.parse(text);
    return url && /^rediss?:$/.test(url.protocol) ? text : undefined;
  },
};

/** `10.0.0.0/8`, `fd00::/8`, or a single address. */
const networkType: OptionType<string> = {
  label: 'network',
  allowed: 'an IP address, or a network such as 10.0.0.0/8',
  parse: (text) => {
    const [address = '', length, ...more] = text.split('/');
    const family = isIP(address);
    if (family === 0 || more.length > 0) return undefined;
    const longest = family === 4 ? 32 : 128;
    const bits = length === undefined ? longest : /^\d+$/.test(length) ? Number(length) : -1;
    if (bits < 0 || bits > longest) return undefined;
    new BlockList().addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
    return `${address}/${bits}`;
  },
};

/** Where exports may go: everything that begins with this. */
const exportTargetType: OptionType<string> = {
  label: 'URL prefix',
  allowed: 'the beginning of an http://, https:// or s3:// URL with a host or bucket',
  parse: (text) => (/^(https?|s3):\/\/[^/\s]+/.test(text) ? text : undefined),
};

/** Options about tasks and who does them. */
export const taskOptions = {
  timeToLive: task('task_time_to_live', integerType(0), 48, 'Time that a task is shown after it has ended.', {
    unit: 'hours',
  }),
  maxWorkers: executor('max_workers', integerType(1, 1000), 10, 'Tasks that one worker process does at a time.'),
  legacyConversionFormat: executor(
    'conversion_format',
    choiceType('', 'raw', 'qcow2', 'vmdk'),
    '',
    'Disk format that tasks of type import convert images to; without it, none.',
    { defaultText: 'none' },
  ),
  redisUrl: hindsight(
    'redis_url',
    optionalRedisUrlType,
    null,
    'Redis or Valkey through which worker processes share their jobs; without it, the process that finds a job does it.',
    { secret: true },
  ),
  redisPrefix: hindsight('redis_prefix', textType, 'hindsight', 'What the names of all keys in Redis begin with.'),
  taskPriorities: hindsight(
    'task_priorities',
    dictType,
    new Map(),
    'Priorities of tasks by type, as in import:1,export:5; 1 is done first.',
    { defaultText: '10 for every type' },
  ),
  taskAttempts: hindsight(
    'task_attempts',
    integerType(1, 1000),
    5,
    'How often a task is tried whose failure may heal, say because a server is away; the pauses grow.',
  ),
  exportTargets: hindsight(
    'export_targets',
    listType(exportTargetType),
    [],
    'Where tasks of type export may send images, beside stores: what such URLs begin with. Without any, only stores.',
  ),
} as const;

/** Options about importing images. */
export const importOptions = {
  plugins: importing(
    'image_import_plugins',
    listType(choiceType('no_op', 'inject_image_metadata', 'image_decompression', 'image_conversion')),
    [],
    'What is done to imported data, in this order; decompression comes before conversion.',
  ),
  maxParallelStores: importing(
    'max_parallel_stores',
    integerType(1, 100),
    1,
    'Stores that one import writes to at the same time.',
  ),
  injectIgnoreUserRoles: injecting(
    'ignore_user_roles',
    listType(textType),
    ['admin'],
    'Roles of users whose images get no injected properties.',
  ),
  inject: injecting('inject', dictType, new Map(), 'Properties that inject_image_metadata sets, as name:value pairs.'),
  conversionFormat: converting(
    'output_format',
    choiceType('raw', 'qcow2', 'vmdk'),
    'raw',
    'Disk format that image_conversion converts to.',
  ),
  remoteProperties: remoteImages(
    'extra_properties',
    listType(textType),
    ['hw_', 'trait:', 'os_distro', 'os_secure_boot', 'os_type'],
    'glance-download copies the custom properties whose names begin with one of these.',
  ),
  remoteEndpoints: hindsight(
    'glance_download_endpoints',
    dictType,
    new Map(),
    'Image services by region, as in RegionTwo:https://images.two.example; other regions are looked up in the catalog of the user.',
  ),
  stagingDir: staging(
    'filesystem_store_datadir',
    optionalTextType,
    null,
    'Folder where data waits for its import, shared by all API and worker processes.',
    { defaultText: 'node_staging_uri, or staging in the data folder' },
  ),
} as const;

/** Options about what the service asks of other servers. */
export const outboundOptions = {
  allowedSchemes: filtering('allowed_schemes', listType(textType), ['http', 'https'], 'URL schemes that are fetched.'),
  disallowedSchemes: filtering(
    'disallowed_schemes',
    listType(textType),
    [],
    'URL schemes that are not fetched; without effect beside allowed_schemes.',
  ),
  allowedHosts: filtering(
    'allowed_hosts',
    listType(textType),
    [],
    'Hosts that data is fetched from, also those of this machine; empty: all but those of this machine and its link.',
  ),
  disallowedHosts: filtering(
    'disallowed_hosts',
    listType(textType),
    [],
    'Hosts that data is not fetched from; without effect beside allowed_hosts.',
  ),
  allowedPorts: filtering(
    'allowed_ports',
    listType(portType),
    [80, 443],
    'Ports that a URL may name; one without a port is fetched in any case.',
  ),
  disallowedPorts: filtering(
    'disallowed_ports',
    listType(portType),
    [],
    'Ports that a URL may not name; without effect beside allowed_ports.',
  ),
  localNetworks: hindsight(
    'fetch_local_networks',
    listType(networkType),
    [],
    'Loopback and link-local networks that data may be fetched from all the same.',
  ),
  fetchTimeout: hindsight(
    'fetch_timeout',
    integerType(1, LONGEST_TIMER_S),
    60,
    'Time without a byte after which a fetch is broken off and tried again.',
    seconds,
  ),
  s3Endpoint: hindsight('s3_endpoint', optionalUrlType, null, 'Where s3:// exports go, if not to Amazon.'),
  s3Region: hindsight('s3_region', textType, 'us-east-1', 'Region of s3:// exports.'),
  s3AccessKey: hindsight('s3_access_key', optionalTextType, null, 'Access key of s3:// exports.'),
  s3SecretKey: hindsight('s3_secret_key', optionalTextType, null, 'Secret key of s3:// exports.', { secret: true }),
} as const;

/** Options about the tools that decompress and convert. */
export const conversionOptions = {
  qemuImg: hindsight('qemu_img', textType, 'qemu-img', 'The program that converts disk images.'),
  conversionTimeout: hindsight(
    'conversion_timeout',
    integerType(1, LONGEST_TIMER_S),
    3600,
    'Time that one conversion may take; it may use as much CPU time.',
    seconds,
  ),
  conversionMemory: hindsight(
    'conversion_memory',
    sizeType,
    2 * 1024 ** 3,
    'Address space of one conversion. Takes B, KB, MB, GB, TB.',
    bytes,
  ),
  maxCompressionRatio: hindsight(
    'max_compression_ratio',
    integerType(1),
    1000,
    'Compressed data that grows more than so many times is refused.',
  ),
  maxDecompressedSize: hindsight(
    'max_decompressed_size',
    sizeType,
    0,
    'Largest image after decompression; 0 means image_size_cap. Takes B, KB, MB, GB, TB.',
    bytes,
  ),
} as const;

/** Options about work that may be shared out. */
export const dutyOptions = {
  nodeStagingUri: optionsOf('DEFAULT')(
    'node_staging_uri',
    optionalTextType,
    null,
    'Folder where data waits for its import, as a file:// URL.',
  ),
  scrubPoolSize: optionsOf('DEFAULT')('scrub_pool_size', integerType(1, 100), 1, 'Images that are scrubbed at a time.'),
  daemon: optionsOf('DEFAULT')('daemon', booleanType, false, 'The scrubber stays, and wakes up every wakeup_time.'),
} as const;
