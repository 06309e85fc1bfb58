import type { AppConfig } from '../../../config/app-config.js';
import { badRequest } from '../../../http/http-problem.js';
import { pageLimit } from '../../../http/number-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import type { TaskListQuery, TaskSortKey } from '../../../projections/tasks/task.read-model.js';
import { TASK_STATUSES } from '../domain/task-state.js';
import type { ListTasks } from '../queries/task.queries.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Types that clients create by themselves; those of imports of images are listed at the image. */
const LISTABLE_TYPES = ['import', 'export', 'clone'] as const;
const DIRECTIONS = ['asc', 'desc'] as const;
const FREE_FILTERS = ['owner', 'image_id', 'request_id', 'user_id'] as const;
const SORT_KEYS: readonly TaskSortKey[] = [
  'id',
  'type',
  'status',
  'owner',
  'expires_at',
  'created_at',
  'updated_at',
  'image_id',
  'request_id',
  'user_id',
];

/**
 * Reads the query string of `GET /v2/tasks`. Of repeated parameters the last counts; unknown ones are ignored.
 * @throws HttpProblem 400
 */
export function parseListTasks(
  params: QueryParameters,
  limits: Pick<AppConfig['api'], 'limitParamDefault' | 'apiLimitMax'>,
): ListTasks {
  const last = (name: string): string | undefined => params.get(name)?.at(-1);
  const choice = <Value extends string>(name: string, allowed: readonly Value[]): Value | undefined =>
    oneOf(name, allowed, last(name));
  return {
    filters: parseFilters(last, choice('status', TASK_STATUSES), choice('type', LISTABLE_TYPES)),
    sort: {
      key: choice('sort_key', SORT_KEYS) ?? 'created_at',
      direction: choice('sort_dir', DIRECTIONS) ?? 'desc',
    },
    limit: pageLimit(last('limit'), limits),
    markerId: parseMarker(last('marker')),
  };
}

function parseFilters(
  last: (name: string) => string | undefined,
  status: string | undefined,
  type: string | undefined,
): TaskListQuery['filters'] {
  const free = FREE_FILTERS.map((name) => [name, last(name)] as const);
  const asked = [...free, ['status', status] as const, ['type', type] as const];
  return Object.fromEntries(asked.filter(([, value]) => value !== undefined));
}

function oneOf<Value extends string>(
  name: string,
  allowed: readonly Value[],
  text: string | undefined,
): Value | undefined {
  const found = allowed.find((value) => value === text);
  if (text !== undefined && found === undefined)
    throw badRequest(`Invalid value '${text}' for '${name}'. It must be one of: ${allowed.join(', ')}.`);
  return found;
}

function parseMarker(text: string | undefined): string | null {
  if (text !== undefined && !UUID.test(text)) throw badRequest('The marker must be the UUID of a task.');
  return text ?? null;
}
