import { SqlCacheLedger } from '../../../src/projections/database/sql-cache-ledger.js';
import { SqlDeadLetters } from '../../../src/projections/database/sql-dead-letters.js';
import { SqlLeases } from '../../../src/projections/database/sql-leases.js';
import { SqlTaskProgressBoard } from '../../../src/projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../../../src/projections/database/sql-task-secrets.js';
import { cacheLedgerContract } from '../cache-ledger/cache-ledger.contract.js';
import { sharedLedgerContract } from '../cache-ledger/shared-ledger.contract.js';
import { deadLettersContract } from '../dead-letters/dead-letters.contract.js';
import { leaseContract } from '../lease/lease.contract.js';
import { taskProgressContract } from '../task-boards/task-progress.contract.js';
import { taskSecretsContract } from '../task-boards/task-secrets.contract.js';
import { consumerCheckpointsContract } from './consumer-checkpoints.contract.js';
import { eventIndexContract } from './event-index.contract.js';
import { imageReadModelContract } from './image-read-model.contract.js';
import { metadefReadModelContract } from './metadef-read-model.contract.js';
import { projectionRunnerContract } from './projection-runner.contract.js';
import { readModelDatabaseContract } from './read-model-database.contract.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { taskReadModelContract } from './task-read-model.contract.js';

/** Every suite of what is kept in a read-model database, for one kind of database. */
export function databaseContracts(name: string, setUp: () => Promise<ReadModelHarness>): void {
  readModelDatabaseContract(name, setUp);
  projectionRunnerContract(name, setUp);
  imageReadModelContract(name, setUp);
  taskReadModelContract(name, setUp);
  metadefReadModelContract(name, setUp);
  eventIndexContract(name, setUp);
  consumerCheckpointsContract(name, setUp);

  leaseContract(name, async () => {
    const { open, tearDown } = await setUp();
    return { connect: async (clock) => new SqlLeases(await open(), clock), tearDown };
  });

  deadLettersContract(name, async () => {
    const { open, tearDown } = await setUp();
    return { letters: new SqlDeadLetters(await open()), tearDown };
  });

  taskProgressContract(name, async () => {
    const { open, tearDown } = await setUp();
    return { connect: async () => new SqlTaskProgressBoard(await open()), tearDown };
  });

  taskSecretsContract(name, async () => {
    const { open, tearDown } = await setUp();
    return {
      connect: async (key, clock) => new SqlTaskSecrets(await open(), key, clock),
      dump: async () => JSON.stringify(await (await open()).reader.selectFrom('task_secrets').selectAll().execute()),
      tearDown,
    };
  });

  const ledgers = async () => {
    const { open, tearDown } = await setUp();
    return { connect: async (node = 'http://one') => new SqlCacheLedger(await open(), node), tearDown };
  };
  cacheLedgerContract(name, ledgers);
  sharedLedgerContract(name, ledgers);
}
