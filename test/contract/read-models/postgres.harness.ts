import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { openPostgresReadModels } from '../../../src/projections/database/postgres/postgres.read-models.js';
import type { PostgresDatabases } from '../../support/postgres.js';
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
