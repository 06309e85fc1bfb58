import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';

/** One empty database that can be opened any number of times, as by several processes. */
export type ReadModelHarness = Readonly<{
  open: () => Promise<ReadModelDatabase>;
  tearDown: () => Promise<void>;
}>;

const TABLES = ['images', 'image_traits', 'image_members'] as const;

/** Every row of every table of the image projection, in an order that depends on nothing but the rows. */
export const rowsOf = async ({ reader }: ReadModelDatabase): Promise<readonly string[]> => {
  const tables = await Promise.all(
    TABLES.map(async (table) => {
      const rows = await reader.selectFrom(table).selectAll().execute();
      return rows.map((row) => `${table} ${JSON.stringify(row)}`);
    }),
  );
  return tables.flat().sort();
};
