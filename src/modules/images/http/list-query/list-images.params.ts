import { choiceOf } from '../../../../http/choice-parameter.js';
import { badRequest } from '../../../../http/http-problem.js';
import { pageLimit } from '../../../../http/number-parameters.js';
import { lastValue } from '../../../../http/query-parameters.js';
import type { QueryParameters } from '../../../../http/query-parameters.js';
import type { ImageFilter, ImageListQuery } from '../../../../projections/images/image-details.read-model.js';
import { parseFilter } from './image-filters.js';
import { parseSort } from './image-sort.js';

/** What a client asks for in `GET /v2/images`; who is asking, and the marker's image, are added by the query. */
type ListImagesParams = Readonly<
  Pick<ImageListQuery, 'visibility' | 'memberStatus' | 'hidden' | 'filters' | 'sort' | 'limit'> & {
    markerId: string | null;
  }
>;

const VISIBILITIES = ['public', 'community', 'shared', 'private', 'all'] as const;
const MEMBER_STATUSES = ['accepted', 'pending', 'rejected', 'all'] as const;
/** Each is a condition of the database query, and holds up all other requests while it is searched for. */
const MAX_FILTERS = 256;

const STEERING = new Set([
  'limit',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
  'visibility',
  'member_status',
  'os_hidden',
  'deleted',
]);

/**
 * Reads the query string of a list. Repeated parameters: all of `tag`, `sort_key` and `sort_dir` count, else the last.
 * @throws HttpProblem 400
 */
export function parseListParams(
  params: QueryParameters,
  limits: Readonly<{ limitParamDefault: number; apiLimitMax: number }>,
): ListImagesParams {
  const last = (name: string): string | undefined => lastValue(params, name);
  const visibility = choiceOf(params, 'visibility', VISIBILITIES);
  return {
    visibility: visibility ?? 'default',
    memberStatus: choiceOf(params, 'member_status', MEMBER_STATUSES) ?? 'accepted',
    hidden: parseHidden(last('os_hidden')),
    filters: parseFilters(params),
    sort: parseSort(params.get('sort') ?? [], params.get('sort_key') ?? [], params.get('sort_dir') ?? []),
    limit: pageLimit(last('limit'), limits),
    markerId: parseMarker(last('marker')),
  };
}

function parseFilters(params: QueryParameters): readonly ImageFilter[] {
  const asked = [...params].flatMap(([name, values]) => {
    if (STEERING.has(name)) return [];
    return (name === 'tag' ? [...new Set(values)] : values.slice(-1)).map((value) => ({ name, value }));
  });
  if (asked.length > MAX_FILTERS) throw badRequest(`A list can have no more than ${String(MAX_FILTERS)} filters.`);
  return asked.map(({ name, value }) => parseFilter(name, value));
}

function parseHidden(text: string | undefined): boolean {
  const lower = text?.toLowerCase();
  if (lower !== undefined && lower !== 'true' && lower !== 'false') {
    throw badRequest(`Invalid value '${String(text)}' for 'os_hidden'. Valid values are 'true' or 'false'.`);
  }
  return lower === 'true';
}

function parseMarker(text: string | undefined): string | null {
  if (text === '') throw badRequest("The parameter 'marker' must name an image.");
  return text ?? null;
}
