import { databaseContracts } from './database.contracts.js';
import { startSqliteHarness } from './sqlite.harness.js';

databaseContracts('sqlite', startSqliteHarness);
