import type { Compilable, Expression, Kysely, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { RowRanges } from '../database/rows-after.js';
import { audiencesOf, listConditions } from './task-list.conditions.js';
import { sortColumn, sortKeys } from './task-list.order.js';
import type { TaskListQuery } from './task.read-model.js';

type Database = Kysely<ReadModelTables>;

/** One page of a list. The part of each audience is cut off before they are merged. */
export const selectPage = (
  database: Database,
  query: TaskListQuery,
  ranges: RowRanges,
): Compilable<{ document: string }> => {
  const [first, ...others] = audiencesOf(query.viewer);
  const merged = others.reduce(
    (union, audience) => union.unionAll(selectPart(database, query, audience, ranges)),
    selectPart(database, query, first, ranges),
  );
  return sortKeys(query.sort)
    .reduce(
      (page, key) => page.orderBy(`merged.${key}`, query.sort.direction),
      database.selectFrom(merged.as('merged')).select('merged.document'),
    )
    .limit(query.limit);
};

const selectPart = (database: Database, query: TaskListQuery, audience: Expression<SqlBool>, ranges: RowRanges) => {
  const keys = sortKeys(query.sort);
  const rows = database
    .selectFrom('tasks')
    .select(keys.map((key) => sortColumn(key).as(key)))
    .select('tasks.document');
  const visible = [audience, ...listConditions(query, ranges)].reduce((part, condition) => part.where(condition), rows);
  const cut = keys
    .reduce((part, key) => part.orderBy(sortColumn(key), query.sort.direction), visible)
    .limit(query.limit);
  return database.selectFrom(cut.as('part')).selectAll();
};
