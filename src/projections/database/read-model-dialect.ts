import type { ColumnDataType, Expression, QueryExecutorProvider, RawBuilder, SchemaModule } from 'kysely';

/**
 * Kinds of columns. `key` is text of up to 255 characters and `word` of up to 64, both fit for indexes; `text` has no limit.
 * All of them compare byte by byte. `integer` has 64 bits (bytes, milliseconds), `flag` is 0 or 1.
 */
type ColumnKind = 'key' | 'word' | 'text' | 'integer' | 'flag';

/** A table that was filled, and the name that it is to have from now on. */
export type TableReplacement = Readonly<{ fresh: string; inUse: string }>;

/** A transaction, whatever its tables. */
export type SchemaTransaction = QueryExecutorProvider & Readonly<{ schema: SchemaModule }>;

/** All in which the databases differ beside how they are opened; everything else is written once. */
export type ReadModelDialect = Readonly<{
  columns: Readonly<Record<ColumnKind, ColumnDataType | Expression<unknown>>>;
  /** What ends the creation of a table whose primary key is most of its row; null: nothing. */
  narrowTable: RawBuilder<unknown> | null;
  /** Rows that one statement inserts at most: the more, the fewer trips to a server. */
  rowsPerInsert: number;
  /** How an insertion says what is to be done where the key is there already. */
  conflictClause: 'on conflict' | 'on duplicate key';
  /**
   * Whether of rows in several parts no more are read than a page has. Where not, each part is sorted and cut off before.
   */
  mergesSortedParts: boolean;
  /** Whether a comparison of rows is a range of an index. Where not, it is said column by column. */
  rangesOverRows: boolean;
  /** Whether an index can leave out rows without a value. */
  partialIndexes: boolean;
  /**
   * Puts tables in the place of others, which are dropped. Where the database ends transactions by itself before it changes
   * a schema, what comes after in this one may be lost, but nobody else writes in between.
   */
  replaceTables(transaction: SchemaTransaction, replacements: readonly TableReplacement[]): Promise<void>;
}>;
