import type { Kysely } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageFilter, ImageListQuery } from './image-details.read-model.js';
import { audiencesOf } from './image-list.audiences.js';
import { imagesWith, isSideFilter, sharedWith } from './image-list.candidates.js';
import type { SideFilter } from './image-list.candidates.js';
import { audienceBounds, isInAny, listConditions } from './image-list.conditions.js';
import { comesAfter } from './image-list.order.js';
import type { ImageOrder } from './image-list.order.js';
import type { ListPart } from './image-list.select.js';

type Database = Kysely<ReadModelTables>;

/** Up to here looking up each candidate is cheaper than following an index until enough of them have come by. */
const FEW = 1000;

/**
 * Decides how a list is searched: an index range for each audience; but where a tag, a property or the ids leave few
 * candidates, only those are looked up. No part at all means that the list is empty.
 */
export const findListParts = async (
  database: Database,
  query: ImageListQuery,
  order: ImageOrder,
): Promise<readonly ListPart[]> => {
  const audiences = audiencesOf(query);
  if (audiences.length === 0) return [];
  const conditions = [...listConditions(query), ...(query.after === null ? [] : [comesAfter(order, query.after)])];
  const rarest = await findRarest(database, query.filters.filter(isSideFilter));
  if (rarest?.matches === 0) return [];
  if (rarest !== null || query.filters.some(namesImages)) {
    const candidates = rarest === null ? null : imagesWith(rarest.filter).ids;
    return [{ candidates, conditions: [isInAny(audiences), ...conditions] }];
  }
  return audiences.map((audience) => ({
    candidates: audience.kind === 'member' ? sharedWith(audience).ids : null,
    conditions: [audienceBounds(audience), ...conditions],
  }));
};

const namesImages = (filter: ImageFilter): boolean => filter.kind === 'equals' && filter.column === 'id';

/** The database does not know how often a value occurs, so it is asked, with an end to the counting. */
const findRarest = async (
  database: Database,
  filters: readonly SideFilter[],
): Promise<Readonly<{ filter: SideFilter; matches: number }> | null> => {
  const counted = await Promise.all(
    filters.map(async (filter) => ({ filter, matches: await countUpTo(FEW + 1, database, filter) })),
  );
  const [rarest] = counted.filter(({ matches }) => matches <= FEW).sort((one, other) => one.matches - other.matches);
  return rarest ?? null;
};

const countUpTo = async (limit: number, database: Database, filter: SideFilter): Promise<number> => {
  const { matches } = await database
    .selectFrom(imagesWith(filter).upTo(limit).as('match'))
    .select((match) => match.fn.countAll().as('matches'))
    .executeTakeFirstOrThrow();
  return Number(matches);
};
