import { expressionBuilder } from 'kysely';
import type { AliasableExpression, Compilable, Expression, Kysely, SelectQueryBuilder, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageOrder, SortColumns } from './image-list.order.js';

/**
 * Images that fulfil all conditions. With candidates (ids found in a side table) those are looked up one by one,
 * without them an index is followed.
 */
export type ListPart = Readonly<{
  columns: SortColumns;
  candidates: AliasableExpression<{ image_id: string }> | null;
  conditions: readonly Expression<SqlBool>[];
}>;

type ListShape = Readonly<{ order: ImageOrder; limit: number }>;

type Database = Kysely<ReadModelTables>;

const image = expressionBuilder<ReadModelTables, 'images'>();

/** The first images of parts that have none in common. Each part is cut off before they are merged. */
export const selectFirst = (
  database: Database,
  parts: readonly [ListPart, ...ListPart[]],
  shape: ListShape,
): Compilable<{ document: string }> => {
  const [first, ...others] = parts;
  const merged = others.reduce(
    (union, part) => union.unionAll(selectPart(database, part, shape)),
    selectPart(database, first, shape),
  );
  return shape.order
    .reduce(
      (query, { key, direction }) => query.orderBy(`merged.${key}`, direction),
      database.selectFrom(merged.as('merged')).select('merged.document'),
    )
    .limit(shape.limit);
};

const selectPart = (database: Database, { columns: sortedBy, candidates, conditions }: ListPart, shape: ListShape) => {
  const columns = [...shape.order.map(({ key }) => sortedBy[key].as(key))];
  const document = image.ref('images.document').as('document');
  if (candidates === null) {
    const rows = database.selectFrom('images').select(columns).select(document);
    return database.selectFrom(cut(rows, conditions, sortedBy, shape).as('part')).selectAll();
  }
  // a cross join is not reordered: the candidates are few or in the order, which the database cannot know
  const rows = database
    .selectFrom(candidates.as('candidate'))
    .crossJoin('images')
    .select(columns)
    .select(document)
    .whereRef('images.id', '=', 'candidate.image_id');
  return database.selectFrom(cut(rows, conditions, sortedBy, shape).as('part')).selectAll();
};

const cut = <Tables, Names extends keyof Tables, Row>(
  rows: SelectQueryBuilder<Tables, Names, Row>,
  conditions: ListPart['conditions'],
  columns: SortColumns,
  { order, limit }: ListShape,
): SelectQueryBuilder<Tables, Names, Row> => {
  const filtered = conditions.reduce((query, condition) => query.where(condition), rows);
  return order.reduce((query, { key, direction }) => query.orderBy(columns[key], direction), filtered).limit(limit);
};
