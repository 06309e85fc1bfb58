import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { ReadModelDatabase, ReadModelTables } from '../../../src/projections/database/read-model-database.js';
import { openPostgresReadModels } from '../../../src/projections/database/postgres/postgres.read-models.js';
import type { PostgresDatabases } from '../../support/postgres.js';
import type { CountingHarness } from './deep-pages.contract.js';
import type { ReadModelHarness } from './read-model.harness.js';

export const startPostgresHarness = async (databases: PostgresDatabases): Promise<ReadModelHarness> => {
  const url = await databases.createDatabase();
  const opened: ReadModelDatabase[] = [];
  return {
    open: async () => {
      const database = await openPostgresReadModels(url);
      opened.push(database);
      return database;
    },
    tearDown: async () => {
      await Promise.all(opened.map((database) => database.close()));
    },
  };
};

/** As above; rows are counted by what the server notes of the one connection that asks. */
export const startCountingPostgresHarness = async (databases: PostgresDatabases): Promise<CountingHarness> => ({
  ...(await startPostgresHarness(databases)),
  analyze: async ({ writer }) => {
    await sql`analyze`.execute(writer);
  },
  rowsRead: (database, ask) =>
    database.reader.transaction().execute(async (reader) => {
      await sql`set local enable_seqscan = off`.execute(reader); // as with tables too big to be read whole
      const before = await readsOf(reader);
      await ask({ ...database, reader });
      return (await readsOf(reader)) - before;
    }),
});

async function readsOf(transaction: Kysely<ReadModelTables>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::integer as n from pg_stat_xact_user_tables`.execute(
    transaction,
  );
  return rows[0]!.n;
}
