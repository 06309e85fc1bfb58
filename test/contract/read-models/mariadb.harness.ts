import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { openMysqlReadModels } from '../../../src/projections/database/mysql/mysql.read-models.js';
import type { ReadModelDatabase, ReadModelTables } from '../../../src/projections/database/read-model-database.js';
import { serverOf } from '../../support/mariadb.js';
import type { MariaDbDatabases } from '../../support/mariadb.js';
import type { CountingHarness } from './deep-pages.contract.js';
import type { ReadModelHarness } from './read-model.harness.js';

export const startMariaDbHarness = async (databases: MariaDbDatabases): Promise<ReadModelHarness> => {
  const server = serverOf(await databases.createDatabase());
  const opened: ReadModelDatabase[] = [];
  return {
    open: async () => {
      const database = await openMysqlReadModels(server);
      opened.push(database);
      return database;
    },
    tearDown: async () => {
      await Promise.all(opened.map((database) => database.close()));
    },
  };
};

/** As above; rows are counted by what the server's handlers were asked for on the one connection that asks. */
export const startCountingMariaDbHarness = async (databases: MariaDbDatabases): Promise<CountingHarness> => ({
  ...(await startMariaDbHarness(databases)),
  analyze: async ({ reader, writer }) => {
    for (const { name } of await reader.introspection.getTables())
      await sql`analyze table ${sql.id(name)}`.execute(writer);
  },
  rowsRead: (database, ask) =>
    database.reader.connection().execute(async (reader) => {
      const [before, idle] = [await readsOf(reader), await readsOf(reader)]; // to ask for counters is counted, too
      await ask({ ...database, reader });
      return (await readsOf(reader)) - idle - (idle - before);
    }),
});

async function readsOf(connection: Kysely<ReadModelTables>): Promise<number> {
  const { rows } = await sql<{ Value: string }>`show session status like 'Handler_read_%'`.execute(connection);
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}
