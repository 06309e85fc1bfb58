import { sql } from 'kysely';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { SqlEventIndexProjection } from '../../../src/projections/history/sql-event-index.projection.js';
import { SqlImageDetailsProjection } from '../../../src/projections/images/sql-image-details.projection.js';
import { SqlMetadefProjection } from '../../../src/projections/metadefs/sql-metadef.projection.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../../src/projections/tasks/sql-task.projection.js';
import { codec, ImageHistory } from './image-history.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { startSqliteHarness } from './sqlite.harness.js';

describe('tables that were rebuilt', () => {
  let harness: ReadModelHarness;
  let database: ReadModelDatabase;

  beforeAll(async () => {
    harness = await startSqliteHarness();
    database = await harness.open();
  });
  afterAll(() => harness.tearDown());

  /** By table and columns: names tell how often a table was rebuilt. */
  const indexes = async (): Promise<readonly string[]> => {
    const text = sql<{ text: string }>`select tbl_name || ' ' || substr(sql, instr(sql, '(')) as text
      from sqlite_schema where type = 'index' and sql is not null order by 1`;
    return (await text.execute(database.reader)).rows.map((row) => row.text);
  };

  it('have the indexes of those that were made at the first start', async () => {
    const projections = [
      new SqlImageDetailsProjection(),
      new SqlTaskProjection(),
      new SqlMetadefProjection(),
      new SqlEventIndexProjection(),
    ];
    const runner = new ProjectionRunner<any>(new ImageHistory().store, codec, database, projections);
    await runner.migrate();
    const made = await indexes();
    expect(made.length).toBeGreaterThan(15);
    for (const { name } of projections) await runner.rebuild(name);
    expect(await indexes()).toEqual(made);
  });
});
