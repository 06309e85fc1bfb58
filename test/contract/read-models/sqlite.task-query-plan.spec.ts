import type { Compilable, CompiledQuery } from 'kysely';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../../src/projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../../../src/projections/tasks/sql-task.read-model.js';
import { selectPage } from '../../../src/projections/tasks/task-list.select.js';
import type { TaskListQuery } from '../../../src/projections/tasks/task.read-model.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { startSqliteHarness } from './sqlite.harness.js';
import { taskCodec, TaskHistory } from './task-history.js';

const query: TaskListQuery = {
  viewer: { projectId: 'mine', isAdmin: false },
  filters: {},
  sort: { key: 'created_at', direction: 'desc' },
  after: null,
  now: '2026-03-02T00:00:00.000Z',
  limit: 25,
};
const admin = { projectId: null, isAdmin: true };

describe('how SQLite answers questions about tasks', () => {
  let harness: ReadModelHarness;
  let database: ReadModelDatabase;
  let after: TaskListQuery['after'];

  beforeAll(async () => {
    harness = await startSqliteHarness();
    database = await harness.open();
    const history = new TaskHistory();
    const runner = new ProjectionRunner(history.store, taskCodec, database, [new SqlTaskProjection()]);
    await runner.migrate();
    const id = await history.created();
    await runner.catchUp();
    after = await new SqlTaskReadModel(database).find(id);
  });
  afterAll(() => harness.tearDown());

  const planOf = async (asked: Compilable): Promise<readonly string[]> => {
    const compiled = asked.compile();
    const explain = { ...compiled, sql: `explain query plan ${compiled.sql}` } as CompiledQuery<{ detail: string }>;
    const { rows } = await database.reader.executeQuery(explain);
    return rows.map(({ detail }) => detail).filter((detail) => /\btasks\b/.test(detail));
  };
  const inList = (asked: Partial<TaskListQuery>) =>
    planOf(selectPage(database.reader, { ...query, ...asked }, database.dialect));

  it('reads one range of an index per audience, from where the last page ended', async () => {
    const owned = expect.stringContaining('tasks_owned_created (owner=? AND (created_at,id)<(?,?))');
    expect(await inList({ after })).toEqual([owned, owned]);
    expect(await inList({ after, viewer: admin })).toEqual([
      expect.stringContaining('tasks_created ((created_at,id)<(?,?))'),
    ]);
  });

  it('reads only what belongs to an owner or an image that is asked for', async () => {
    expect(await inList({ viewer: admin, filters: { owner: 'theirs' } })).toEqual([
      expect.stringContaining('tasks_owned_created (owner=?)'),
    ]);
    expect(await inList({ viewer: admin, filters: { image_id: 'i' } })).toEqual([
      expect.stringContaining('tasks_image (image_id=?)'),
    ]);
  });
});
