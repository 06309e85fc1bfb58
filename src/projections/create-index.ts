import type { SchemaModule } from 'kysely';
import type { ReadModelDialect } from './database/read-model-dialect.js';

/** `of`: a column without whose value rows need not be in the index. Where the database can, they are left out. */
export type TableIndex = Readonly<{ name: string; table: string; columns: readonly string[]; of?: string }>;

export const createIndex = (
  schema: SchemaModule,
  { name, table, columns, of }: TableIndex,
  { partialIndexes }: Pick<ReadModelDialect, 'partialIndexes'>,
): Promise<void> => {
  const index = schema
    .createIndex(name)
    .on(table)
    .columns([...columns]);
  return (of !== undefined && partialIndexes ? index.where(of, 'is not', null) : index).execute();
};

/** Indexes of one table by their names. */
export const indexesOf = (table: string, indexes: Readonly<Record<string, readonly string[]>>): readonly TableIndex[] =>
  Object.entries(indexes).map(([name, columns]) => ({ name, table, columns }));
