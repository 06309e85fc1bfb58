import { describeWithBackend } from '../../support/backends.js';
import { isPostgresThere, postgresDatabases } from '../../support/postgres.js';
import type { PostgresDatabases } from '../../support/postgres.js';
import { databaseContracts } from './database.contracts.js';
import { deepPagesContract } from './deep-pages.contract.js';
import { startCountingPostgresHarness, startPostgresHarness } from './postgres.harness.js';

describeWithBackend('PostgreSQL', isPostgresThere(), () => {
  let databases: PostgresDatabases;

  beforeAll(async () => {
    databases = await postgresDatabases();
  });
  afterAll(() => databases.stop());

  databaseContracts('PostgreSQL', () => startPostgresHarness(databases));
  deepPagesContract('PostgreSQL', () => startCountingPostgresHarness(databases));
});
