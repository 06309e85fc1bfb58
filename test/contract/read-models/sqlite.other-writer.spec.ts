import { setImmediate } from 'node:timers/promises';
import { systemClock } from '../../../src/kernel/clock.js';
import { SqlTaskProgressBoard } from '../../../src/projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../../../src/projections/database/sql-task-secrets.js';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { startSqliteHarness } from './sqlite.harness.js';

/** SQLite itself waits for some milliseconds at the first attempt; that many turns later it has been made. */
const TURNS = 5;

describe('a SQLite read-model database that another process writes to', () => {
  let harness: ReadModelHarness;
  let database: ReadModelDatabase;
  let other: ReadModelDatabase;

  beforeEach(async () => {
    harness = await startSqliteHarness();
    [database, other] = [await harness.open(), await harness.open()];
  });
  afterEach(() => harness.tearDown());

  const progress = { step: 'data', bytesDone: 1, bytesExpected: 2, updatedAt: '2026-01-01T00:00:00.000Z' };

  it.each([
    ['a transaction', (): Promise<void> => new SqlTaskProgressBoard(database).report('task', progress)],
    ['a single statement', (): Promise<void> => new SqlTaskProgressBoard(database).forget('task')],
    [
      'a single statement on another table',
      (): Promise<void> => new SqlTaskSecrets(database, Buffer.alloc(32), systemClock).remove('task'),
    ],
  ])('has %s wait', async (_, write) => {
    let written: Promise<unknown> = Promise.resolve();
    await other.writer.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('leases').execute();
      written = write().catch((error: unknown) => error);
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
    });
    expect(await written).toBeUndefined();
  });
});
