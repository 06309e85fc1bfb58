import { SqlConsumerCheckpoints } from '../../../src/projections/database/sql-consumer-checkpoints.js';
import { startSqliteHarness } from '../read-models/sqlite.harness.js';
import { consumerCheckpointsContract } from './consumer-checkpoints.contract.js';

consumerCheckpointsContract('sqlite', async () => {
  const { open, tearDown } = await startSqliteHarness();
  return { connect: async () => new SqlConsumerCheckpoints(await open()), tearDown };
});
