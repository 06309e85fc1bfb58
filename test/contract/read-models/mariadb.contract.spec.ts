import { describeWithBackend } from '../../support/backends.js';
import { isMariaDbThere, mariaDbDatabases } from '../../support/mariadb.js';
import type { MariaDbDatabases } from '../../support/mariadb.js';
import { databaseContracts } from './database.contracts.js';
import { deepPagesContract } from './deep-pages.contract.js';
import { startCountingMariaDbHarness, startMariaDbHarness } from './mariadb.harness.js';

describeWithBackend('MariaDB', isMariaDbThere(), () => {
  let databases: MariaDbDatabases;

  beforeAll(async () => {
    databases = await mariaDbDatabases();
  });
  afterAll(() => databases.stop());

  databaseContracts('MariaDB', () => startMariaDbHarness(databases));
  deepPagesContract('MariaDB', () => startCountingMariaDbHarness(databases));
});
