import type { AppConfig } from '../../../config/app-config.js';
import { nameKey } from '../../../events/contracts/metadef-evolve.js';
import { choiceOf } from '../../../http/choice-parameter.js';
import { badRequest } from '../../../http/http-problem.js';
import { pageLimit, wholeNumber } from '../../../http/number-parameters.js';
import { lastValue } from '../../../http/query-parameters.js';
import type { QueryParameters } from '../../../http/query-parameters.js';
import { NAMESPACE_SORT_KEYS } from '../../../projections/metadefs/metadef.read-model.js';
import { itemNotFound } from '../domain/namespace-guards.js';
import type { ItemKind } from '../domain/namespace-guards.js';
import type { ListNamespaces } from '../queries/metadef.queries.js';

const DIRECTIONS = ['asc', 'desc'] as const;
const NAMESPACE_VISIBILITIES = ['public', 'private'] as const;
/** A filter that the lists inside a namespace take, without effect: what is in it is as visible as the namespace. */
const ITEM_VISIBILITIES = ['public', 'private', 'shared'] as const;
const ITEM_SORT_KEYS = ['name', 'created_at', 'updated_at'] as const;

/**
 * Reads the query string of `GET /v2/metadefs/namespaces`. Of repeated parameters the last counts; unknown ones are ignored.
 * @throws HttpProblem 400
 */
export function parseListNamespaces(
  params: QueryParameters,
  limits: Pick<AppConfig['api'], 'limitParamDefault' | 'apiLimitMax'>,
): ListNamespaces {
  return {
    visibility: choiceOf(params, 'visibility', NAMESPACE_VISIBILITIES) ?? null,
    resourceTypes: lastValue(params, 'resource_types')?.split(',') ?? null,
    sort: {
      key: choiceOf(params, 'sort_key', NAMESPACE_SORT_KEYS) ?? 'created_at',
      direction: choiceOf(params, 'sort_dir', DIRECTIONS) ?? 'desc',
    },
    limit: pageLimit(lastValue(params, 'limit'), limits),
    marker: lastValue(params, 'marker') ?? null,
  };
}

type Item = Readonly<{ name: string; createdAt: string; updatedAt: string }>;

/**
 * The page of a namespace's objects or tags that a query string asks for; without any, all of them.
 * @param ordinary the direction in which they are listed when nothing is said about an order
 * @throws HttpProblem 400, MetadefNotFound for an unknown marker
 */
export function pageOf<Items extends Item>(
  kind: ItemKind,
  items: readonly Items[],
  params: QueryParameters,
  ordinary: 'asc' | 'desc',
): readonly Items[] {
  choiceOf(params, 'visibility', ITEM_VISIBILITIES);
  const key = choiceOf(params, 'sort_key', ITEM_SORT_KEYS);
  const direction = choiceOf(params, 'sort_dir', DIRECTIONS) ?? (key === undefined ? ordinary : 'desc');
  const limit = itemLimit(lastValue(params, 'limit'), kind === 'object' ? 1 : 0);
  const ordered = sorted(items, key ?? 'created_at');
  const inOrder = direction === 'asc' ? ordered : ordered.toReversed();
  const marker = lastValue(params, 'marker');
  const start = marker === undefined ? 0 : placeOf(kind, inOrder, marker) + 1;
  return inOrder.slice(start, limit === null ? undefined : start + limit);
}

/** Of the same moment, what came first stands first: sorting is stable. */
function sorted<Items extends Item>(items: readonly Items[], key: (typeof ITEM_SORT_KEYS)[number]): readonly Items[] {
  const value = { name: (item: Item) => item.name, created_at: createdAt, updated_at: updatedAt }[key];
  return items.toSorted((one, other) => compare(value(one), value(other)));
}

const createdAt = (item: Item): string => item.createdAt;
const updatedAt = (item: Item): string => item.updatedAt;

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function placeOf(kind: ItemKind, items: readonly Item[], marker: string): number {
  const place = items.findIndex(({ name }) => nameKey(name) === nameKey(marker));
  if (place === -1) throw itemNotFound(kind, marker);
  return place;
}

function itemLimit(text: string | undefined, least: number): number | null {
  if (text === undefined) return null;
  const limit = wholeNumber('limit', text);
  if (limit < least) throw badRequest(`The parameter 'limit' must not be less than ${least}.`);
  return limit;
}
