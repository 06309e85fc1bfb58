import type { SchemaModule } from 'kysely';
import type { TableIndex } from './projection.js';

export const createIndex = (schema: SchemaModule, { name, table, columns }: TableIndex): Promise<void> =>
  schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .execute();

/** Indexes of one table by their names. */
export const indexesOf = (table: string, indexes: Readonly<Record<string, readonly string[]>>): readonly TableIndex[] =>
  Object.entries(indexes).map(([name, columns]) => ({ name, table, columns }));
