import type { SchemaModule } from 'kysely';

export type TableIndex = Readonly<{ name: string; table: string; columns: readonly string[] }>;

export const createIndex = (schema: SchemaModule, { name, table, columns }: TableIndex): Promise<void> =>
  schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .execute();

/** Indexes of one table by their names. */
export const indexesOf = (table: string, indexes: Readonly<Record<string, readonly string[]>>): readonly TableIndex[] =>
  Object.entries(indexes).map(([name, columns]) => ({ name, table, columns }));
