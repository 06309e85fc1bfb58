import { sql } from 'kysely';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { SqlLeases } from '../../../src/projections/database/sql-leases.js';
import { ReadModelUnavailable } from '../../../src/projections/projections.errors.js';
import { systemClock } from '../../../src/kernel/clock.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { startSqliteHarness } from './sqlite.harness.js';

describe('a SQLite read-model database whose disk is full', () => {
  let harness: ReadModelHarness;
  let database: ReadModelDatabase;
  let leases: SqlLeases;

  beforeEach(async () => {
    harness = await startSqliteHarness();
    database = await harness.open();
    leases = new SqlLeases(database, systemClock);
  });
  afterEach(() => harness.tearDown());

  /** SQLite itself refuses to let the file grow, with the error of a full disk. */
  const allowPages = (count: number) => sql`pragma max_page_count = ${sql.lit(count)}`.execute(database.writer);
  const acquireMany = async (): Promise<void> => {
    for (let n = 0; n < 200; n += 1) await leases.acquire(`${n} ${'x'.repeat(500)}`, 'me', 60_000);
  };

  it('says that it is unavailable, and goes on when there is room again', async () => {
    await allowPages(1);
    await expect(acquireMany()).rejects.toBeInstanceOf(ReadModelUnavailable);
    await allowPages(1_000_000);
    await acquireMany();
    expect(await leases.isHeld(`199 ${'x'.repeat(500)}`)).toBe(true);
  });
});
