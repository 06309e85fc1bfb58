import { badRequest } from '../../../../http/http-problem.js';
import type { ImageListQuery, ImageSortKey } from '../../../../projections/images/image-details.read-model.js';

const SORT_KEYS = new Set<string>([
  'name',
  'status',
  'container_format',
  'disk_format',
  'size',
  'id',
  'created_at',
  'updated_at',
] satisfies ImageSortKey[]);

type Sort = ImageListQuery['sort'];
type Direction = Sort[number]['direction'];

const isSortKey = (key: string): key is ImageSortKey => SORT_KEYS.has(key);

/**
 * The complete order of a list, from `sort` or from repeated `sort_key` and `sort_dir`; `created_at` and `id` break ties.
 * @throws HttpProblem 400
 */
export function parseSort(sort: readonly string[], keys: readonly string[], directions: readonly string[]): Sort {
  if (sort.length > 0) {
    if (keys.length > 0 || directions.length > 0)
      throw badRequest("Old and new sorting syntax cannot be combined: use 'sort' alone.");
    return total(combinedSort(sort.at(-1) ?? ''), 'desc');
  }
  const parsed = directions.map(direction);
  const only = parsed.length === 1 ? (parsed[0] ?? 'desc') : 'desc';
  return total(classicSort(keys, parsed, only), only);
}

const combinedSort = (text: string): Sort =>
  text.split(',').map((part) => {
    const [key = '', dir = '', ...rest] = part.trim().split(':');
    if (rest.length > 0) throw badRequest(`Invalid sort parameter: '${part}'.`);
    return { key: sortKey(key), direction: direction(dir || 'desc') };
  });

function classicSort(keys: readonly string[], directions: readonly Direction[], only: Direction): Sort {
  const sortKeys = keys.length === 0 ? (['created_at'] as const) : keys.map(sortKey);
  if (directions.length > 1 && directions.length !== sortKeys.length) {
    throw badRequest('Number of sort dirs does not match the number of sort keys.');
  }
  return sortKeys.map((key, i) => ({ key, direction: directions.length > 1 ? (directions[i] ?? 'desc') : only }));
}

/** Tie-breakers follow the single direction that was given, if it was one. */
function total(sort: Sort, given: Direction): Sort {
  const only = sort.length === 1 ? (sort[0]?.direction ?? given) : given;
  const missing = (['created_at', 'id'] as const).filter((key) => sort.every((part) => part.key !== key));
  return [...sort, ...missing.map((key) => ({ key, direction: only }))];
}

function sortKey(key: string): ImageSortKey {
  if (!isSortKey(key)) throw badRequest(`Invalid sort key: '${key}'. It must be one of: ${[...SORT_KEYS].join(', ')}.`);
  return key;
}

function direction(text: string): Direction {
  if (text !== 'asc' && text !== 'desc')
    throw badRequest(`Invalid sort direction: '${text}'. It must be 'asc' or 'desc'.`);
  return text;
}
