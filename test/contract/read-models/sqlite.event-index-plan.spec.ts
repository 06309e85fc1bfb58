import type { Compilable, CompiledQuery } from 'kysely';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import {
  selectEvents,
  selectFirstSince,
  selectLastUntil,
} from '../../../src/projections/history/event-index.select.js';
import type { EventFilters } from '../../../src/projections/history/event-index.read-model.js';
import { SqlEventIndexProjection } from '../../../src/projections/history/sql-event-index.projection.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { codec, ImageHistory } from './image-history.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { startSqliteHarness } from './sqlite.harness.js';

const unfiltered: EventFilters = { project: null, actor: null, type: null, image: null, since: null, until: null };

describe('how SQLite answers questions about events', () => {
  let harness: ReadModelHarness;
  let database: ReadModelDatabase;

  beforeAll(async () => {
    harness = await startSqliteHarness();
    database = await harness.open();
    const runner = new ProjectionRunner<any>(new ImageHistory().store, codec, database, [
      new SqlEventIndexProjection(),
    ]);
    await runner.migrate();
  });
  afterAll(() => harness.tearDown());

  const planOf = async (asked: Compilable): Promise<readonly string[]> => {
    const compiled = asked.compile();
    const explain = { ...compiled, sql: `explain query plan ${compiled.sql}` } as CompiledQuery<{ detail: string }>;
    return (await database.reader.executeQuery(explain)).rows.map(({ detail }) => detail);
  };

  const ofPage = (filters: Partial<EventFilters>, direction: 'asc' | 'desc', projectId: string | null = null) => {
    const query = { filters: { ...unfiltered, ...filters }, projectId, after: null, direction, limit: 25 };
    return planOf(selectEvents(database.reader, query, { after: 1, upTo: 1000 }));
  };

  it.each(['asc', 'desc'] as const)(
    'reads one stretch of one index for a page, in its order (%s)',
    async (direction) => {
      const along = (index: string, column: string): unknown[] => [
        expect.stringContaining(`USING INDEX ${index} (${column}=? AND position>? AND position<?)`),
      ];
      expect(await ofPage({}, direction, 'mine')).toEqual(along('event_index_project', 'project_id'));
      expect(await ofPage({ project: 'mine' }, direction)).toEqual(along('event_index_project', 'project_id'));
      expect(await ofPage({ actor: 'u' }, direction)).toEqual(along('event_index_user', 'user_id'));
      expect(await ofPage({ image: 'i' }, direction)).toEqual(along('event_index_image', 'image_id'));
      expect(await ofPage({ type: 'ImageCreated' }, direction)).toEqual(along('event_index_type', 'type'));
      expect(await ofPage({}, direction)).toEqual([
        expect.stringContaining('USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)'),
      ]);
    },
  );

  it('finds where a time begins and ends by one look', async () => {
    for (const asked of [selectFirstSince(database.reader, 1), selectLastUntil(database.reader, 1)]) {
      const plan = await planOf(asked);
      expect(plan).toEqual([expect.stringContaining('event_index_clock (clock')]);
    }
  });
});
