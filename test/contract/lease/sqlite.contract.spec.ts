import { SqlLeases } from '../../../src/projections/database/sql-leases.js';
import { startSqliteHarness } from '../read-models/sqlite.harness.js';
import { leaseContract } from './lease.contract.js';

leaseContract('sqlite', async () => {
  const { open, tearDown } = await startSqliteHarness();
  return { connect: async (clock) => new SqlLeases(await open(), clock), tearDown };
});
