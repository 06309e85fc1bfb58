import { sql } from 'kysely';
import type { AliasableExpression, Compilable, Expression, Kysely, SelectQueryBuilder, SqlBool } from 'kysely';
import type { ReadModelTables } from '../database/read-model-database.js';
import type { ImageSortKey } from './image-details.read-model.js';
import type { ImageOrder, SortColumns } from './image-list.order.js';

/** Rows that each name an image, found in a table beside that of the images. */
type Candidates = AliasableExpression<{ image_id: string }>;

/**
 * Images that fulfil all conditions. With candidates those are gone through, and the images behind them are looked up only
 * if a condition or the order needs more of an image than its candidate tells; without, the images are gone through.
 */
export type ListPart = Readonly<{
  columns: SortColumns;
  candidates: Candidates | null;
  looksUpImages: boolean;
  /** Whether it may have to go through very many rows to find the first that fulfils all conditions. */
  isSparse: boolean;
  conditions: readonly Expression<SqlBool>[];
}>;

type SortedRow = Readonly<Record<ImageSortKey, string | number>>;

/** `cutsParts`: no part is to give more rows than the page has. */
export type ListShape = Readonly<{ order: ImageOrder; limit: number; cutsParts: boolean }>;

type Database = Kysely<ReadModelTables>;

/**
 * The first images of parts that have none in common. Parts are in the order themselves or get sorted, and are merged as
 * far as the page goes. They carry nothing but what rows are sorted by; only the images of the page are read.
 */
export const selectFirst = (
  database: Database,
  [first, ...others]: readonly [ListPart, ...ListPart[]],
  shape: ListShape,
): Compilable<{ document: string }> => {
  const { order, limit } = shape;
  const merged = others.reduce(
    (union, part) => union.unionAll(selectPart(database, part, shape)),
    selectPart(database, first, shape),
  );
  const page = inOrder(merged, order, (key) => key).limit(limit);
  // a cross join is not reordered: the page comes first
  const documents = database
    .selectFrom(page.as('page'))
    .crossJoin('images')
    .select('images.document')
    .whereRef('images.id', '=', 'page.id');
  return inOrder(documents, order, (key) => `page.${key}`);
};

const inOrder = <Tables, Names extends keyof Tables, Row>(
  rows: SelectQueryBuilder<Tables, Names, Row>,
  order: ImageOrder,
  columnOf: (key: ImageSortKey) => string,
): SelectQueryBuilder<Tables, Names, Row> =>
  order.reduce((query, { key, direction }) => query.orderBy(sql.ref(columnOf(key)), direction), rows);

const selectPart = (database: Database, part: ListPart, { order, limit, cutsParts }: ListShape) => {
  const { columns, candidates, looksUpImages, conditions } = part;
  const sortedBy = order.map(({ key }) => columns[key].as(key));
  const rows = <Tables, Names extends keyof Tables>(found: SelectQueryBuilder<Tables, Names, SortedRow>) => {
    const matching = where(conditions, found);
    const cut = cutsParts ? inOrder(matching, order, (key) => key).limit(limit) : matching;
    return database.selectFrom(cut.as('part')).selectAll();
  };
  if (candidates === null) return rows(database.selectFrom('images').select(sortedBy));
  const found = database.selectFrom(candidates.as('candidate'));
  if (!looksUpImages) return rows(found.select(sortedBy));
  const images = found.crossJoin('images').whereRef('images.id', '=', 'candidate.image_id');
  return rows(images.select(sortedBy));
};

const where = <Tables, Names extends keyof Tables, Row>(
  conditions: ListPart['conditions'],
  rows: SelectQueryBuilder<Tables, Names, Row>,
): SelectQueryBuilder<Tables, Names, Row> => conditions.reduce((query, condition) => query.where(condition), rows);
