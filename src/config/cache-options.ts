import { optionsOf } from './option.js';
import { booleanType, choiceType, integerType, optionalUrlType, textType } from './option-types.js';

const general = optionsOf('DEFAULT');
const hindsight = optionsOf('hindsight');

const LONGEST_TIMER_S = 2_000_000;

/** Options of the image cache, beside image_cache_dir. */
export const cacheOptions = {
  driver: general(
    'image_cache_driver',
    choiceType('', 'sqlite', 'xattr', 'centralized_db'),
    '',
    'Where the bookkeeping of the cache is: in a SQLite file of its folder (sqlite; xattr means the same), or in the read-model database, where all nodes see it (centralized_db).',
    { defaultText: 'centralized_db with worker_self_reference_url, else sqlite' },
  ),
  sqliteDb: general(
    'image_cache_sqlite_db',
    textType,
    'cache.db',
    'Name of the SQLite file in the folder of the cache.',
  ),
  maxSize: general('image_cache_max_size', integerType(0), 10 * 1024 ** 3, 'Most that the cache holds.', {
    unit: 'bytes',
  }),
  stallTime: general(
    'image_cache_stall_time',
    integerType(0, LONGEST_TIMER_S),
    86400,
    'Time after which an unfinished copy is removed to which nothing is added.',
    { unit: 'seconds' },
  ),
  selfReferenceUrl: general(
    'worker_self_reference_url',
    optionalUrlType,
    null,
    'URL by which other nodes reach this one; names it in the cache driver centralized_db.',
  ),
  stores: hindsight(
    'image_cache_stores',
    choiceType('remote', 'all'),
    'remote',
    'Images that downloads leave in the cache: those whose data are in no file store, or all. Queued images are always cached.',
  ),
  fills: hindsight(
    'image_cache_fills',
    integerType(1, 1000),
    4,
    'Images that downloads copy into the cache at a time.',
  ),
  managementApi: hindsight(
    'image_cache_management_api',
    booleanType,
    false,
    'Serve /v2/cached_images and /v2/queued_images beside /v2/cache.',
  ),
} as const;
