import type { Kysely } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageFilter, ImageListQuery } from './image-details.read-model.js';
import { audiencesOf } from './image-list.audiences.js';
import { imagesWith, isIndexed, sharedWith } from './image-list.candidates.js';
import type { IndexedFilter } from './image-list.candidates.js';
import { audienceBounds, isInAny, listConditions } from './image-list.conditions.js';
import { columnsOfShared, comesAfter, IMAGE_COLUMNS } from './image-list.order.js';
import type { ImageOrder, SortColumns } from './image-list.order.js';
import type { ListPart } from './image-list.select.js';

type Database = Kysely<ReadModelTables>;

/** Up to here looking up each candidate is cheaper than following an index until enough of them have come by. */
const FEW = 1000;

/**
 * Decides how a list is searched: an index range for each audience; but where a filter or the ids leave few candidates,
 * only those are looked up. No part at all means that the list is empty.
 */
export const findListParts = async (
  database: Database,
  query: ImageListQuery,
  order: ImageOrder,
): Promise<readonly ListPart[]> => {
  const audiences = audiencesOf(query);
  if (audiences.length === 0) return [];
  const conditionsBy = (columns: SortColumns): ListPart['conditions'] => [
    ...listConditions(query),
    ...(query.after === null ? [] : [comesAfter(order, query.after, columns)]),
  ];
  const part = (bounds: ListPart['conditions'][number], candidates: ListPart['candidates']): ListPart => ({
    columns: IMAGE_COLUMNS,
    candidates,
    conditions: [bounds, ...conditionsBy(IMAGE_COLUMNS)],
  });
  const rarest = await findRarest(database, query.filters.filter(isIndexed));
  if (rarest?.matches === 0) return [];
  if (rarest !== null || query.filters.some(namesImages)) {
    return [part(isInAny(audiences), rarest === null ? null : imagesWith(rarest.filter).ids)];
  }
  return audiences.map((audience) => {
    if (audience.kind !== 'member') return part(audienceBounds(audience), null);
    const columns = columnsOfShared(order);
    const candidates = sharedWith(audience, query.hidden);
    return { columns, candidates, conditions: [audienceBounds(audience), ...conditionsBy(columns)] };
  });
};

const namesImages = (filter: ImageFilter): boolean => filter.kind === 'equals' && filter.column === 'id';

/** The database does not know how often a value occurs, so it is asked, with an end to the counting. */
const findRarest = async (
  database: Database,
  filters: readonly IndexedFilter[],
): Promise<Readonly<{ filter: IndexedFilter; matches: number }> | null> => {
  const counted = await Promise.all(
    filters.map(async (filter) => ({ filter, matches: await countUpTo(FEW + 1, database, filter) })),
  );
  const [rarest] = counted.filter(({ matches }) => matches <= FEW).sort((one, other) => one.matches - other.matches);
  return rarest ?? null;
};

const countUpTo = async (limit: number, database: Database, filter: IndexedFilter): Promise<number> => {
  const { matches } = await database
    .selectFrom(imagesWith(filter).upTo(limit).as('match'))
    .select((match) => match.fn.countAll().as('matches'))
    .executeTakeFirstOrThrow();
  return Number(matches);
};
