import type { AppConfig } from '../../../config/app-config.js';
import { choiceOf } from '../../../http/choice-parameter.js';
import { badRequest } from '../../../http/http-problem.js';
import { pageLimit } from '../../../http/number-parameters.js';
import { lastValue } from '../../../http/query-parameters.js';
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
  const last = (name: string): string | undefined => lastValue(params, name);
  return {
    filters: parseFilters(last, choiceOf(params, 'status', TASK_STATUSES), choiceOf(params, 'type', LISTABLE_TYPES)),
    sort: {
      key: choiceOf(params, 'sort_key', SORT_KEYS) ?? 'created_at',
      direction: choiceOf(params, 'sort_dir', DIRECTIONS) ?? 'desc',
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

function parseMarker(text: string | undefined): string | null {
  if (text !== undefined && !UUID.test(text)) throw badRequest('The marker must be the UUID of a task.');
  return text ?? null;
}
