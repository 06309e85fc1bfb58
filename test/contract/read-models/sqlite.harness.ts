import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { openReadModelDatabase } from '../../../src/projections/database/sqlite.js';
import type { ReadModelHarness } from './read-model.harness.js';

export const startSqliteHarness = async (): Promise<ReadModelHarness> => {
  const folder = await mkdtemp(join(tmpdir(), 'hindsight-read-model-'));
  const opened: ReadModelDatabase[] = [];
  return {
    open: async () => {
      const database = await openReadModelDatabase(join(folder, 'read-model.db'));
      opened.push(database);
      return database;
    },
    tearDown: async () => {
      await Promise.all(opened.map((database) => database.close()));
      await rm(folder, { recursive: true });
    },
  };
};
