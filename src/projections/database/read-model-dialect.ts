import type { ColumnDataType, Expression, RawBuilder } from 'kysely';

/**
 * Kinds of columns. `key` is text of up to 255 characters and `word` of up to 64, both fit for indexes; `text` has no limit.
 * All of them compare byte by byte. `integer` has 64 bits (bytes, milliseconds), `flag` is 0 or 1.
 */
type ColumnKind = 'key' | 'word' | 'text' | 'integer' | 'flag';

/** All in which the databases differ; everything else is written once. */
export type ReadModelDialect = Readonly<{
  columns: Readonly<Record<ColumnKind, ColumnDataType | Expression<unknown>>>;
  /** What ends the creation of a table whose primary key is most of its row; null: nothing. */
  narrowTable: RawBuilder<unknown> | null;
  /** Whether a transaction must lock the rows it reads; where writers exclude each other anyway it need not. */
  locksRows: boolean;
}>;
