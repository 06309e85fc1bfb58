import { openMysqlReadModels } from '../../../src/projections/database/mysql/mysql.read-models.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { serverOf } from '../../support/mariadb.js';
import type { MariaDbDatabases } from '../../support/mariadb.js';
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
