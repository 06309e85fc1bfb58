import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { ReadModelDatabase } from '../../../src/projections/database/read-model-database.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../../src/projections/tasks/sql-task.projection.js';
import { SqlTaskReadModel } from '../../../src/projections/tasks/sql-task.read-model.js';
import type { TaskDetails, TaskListQuery } from '../../../src/projections/tasks/task.read-model.js';
import { expectedTaskList } from './expected-task-list.js';
import type { ReadModelHarness } from './read-model.harness.js';
import { liveTask, someTask, someTaskQuery } from './task-arbitraries.js';
import { taskCodec, TaskHistory } from './task-history.js';

const mine = { projectId: 'mine', isAdmin: false };
const admin = { projectId: 'ops', isAdmin: true };
const NOW = '2026-03-02T00:00:00.000Z';
const PAST = '2026-03-01T23:59:59.999Z';
const FUTURE = '2026-03-02T00:00:00.001Z';
const oldestFirst: TaskListQuery = {
  viewer: mine,
  filters: {},
  sort: { key: 'created_at', direction: 'asc' },
  after: null,
  now: NOW,
  limit: 1000,
};

export function taskReadModelContract(name: string, setUp: () => Promise<ReadModelHarness>): void {
  describe(`TaskReadModel contract: ${name}`, () => {
    let harness: ReadModelHarness;
    let history: TaskHistory;
    let database: ReadModelDatabase;
    let model: SqlTaskReadModel;
    let runner: ProjectionRunner<any>;

    const start = async (): Promise<void> => {
      harness = await setUp();
      history = new TaskHistory();
      database = await harness.open();
      model = new SqlTaskReadModel(database);
      runner = new ProjectionRunner(history.store, taskCodec, database, [new SqlTaskProjection()]);
      await runner.migrate();
    };
    const ids = async (query: Partial<TaskListQuery>): Promise<readonly string[]> => {
      await runner.catchUp();
      return idsOf(await model.list({ ...oldestFirst, ...query }));
    };

    beforeEach(start);
    afterEach(() => harness.tearDown());

    it('shows everything that the events say of a task', async () => {
      const input = { import_req: { method: { name: 'copy-image' } }, backend: ['fast'] };
      const id = await history.created({
        taskType: 'api_image_import',
        input,
        imageId: 'i',
        requestId: 'r',
        userId: 'u',
      });
      await runner.catchUp();
      await history.happened(id, 'TaskStarted', {});
      await history.happened(id, 'TaskStepCompleted', { step: 'download', outcome: {} });
      await history.happened(id, 'TaskSucceeded', { result: { image_id: 'i' }, message: 'm', expiresAt: FUTURE });
      await runner.catchUp();
      expect(await model.find(id)).toEqual((await history.documents())[0]);
      const outcome = { status: 'success', result: { image_id: 'i' }, message: 'm' };
      expect(await model.find(id)).toMatchObject({ ...outcome, input, revision: 3 });
    });

    it('knows no task that never was, nor one that has expired', async () => {
      const [id, atOnce] = [await history.failed(PAST), await history.failed(PAST)];
      await runner.catchUp();
      for (const each of [id, atOnce]) await history.happened(each, 'TaskExpired', {});
      await runner.catchUp();
      expect([await model.find(id), await model.find(atOnce), await model.find(randomUUID())]).toEqual([
        null,
        null,
        null,
      ]);
      expect(await ids({ viewer: admin, now: '2020-01-01T00:00:00.000Z' })).toEqual([]);
    });

    describe('a list', () => {
      it('shows a project its own tasks and those of nobody, and an admin all', async () => {
        const own = await history.created({ owner: 'mine' });
        const foreign = await history.created({ owner: 'theirs' });
        const nobodys = await history.created({ owner: null });
        expect(await ids({})).toEqual([own, nobodys]);
        expect(await ids({ viewer: { projectId: null, isAdmin: false } })).toEqual([nobodys]);
        expect(await ids({ viewer: admin })).toEqual([own, foreign, nobodys]);
      });

      it('leaves out tasks whose time is over', async () => {
        await history.failed(PAST);
        await history.failed(NOW);
        const kept = await history.failed(FUTURE);
        expect(await ids({})).toEqual([kept]);
      });

      it.each<[string, TaskListQuery['filters']]>([
        ['type', { type: 'export' }],
        ['status', { status: 'processing' }],
        ['owner', { owner: 'theirs' }],
        ['image', { image_id: 'i' }],
        ['request', { request_id: 'r' }],
        ['user', { user_id: 'u' }],
        ['all of them', { type: 'export', status: 'processing', owner: 'theirs', image_id: 'i', user_id: 'u' }],
      ])('finds tasks by %s', async (_, filters) => {
        const request = { owner: 'theirs', imageId: 'i', requestId: 'r', userId: 'u' };
        const wanted = await history.created({ taskType: 'export', ...request });
        await history.happened(wanted, 'TaskStarted', {});
        await history.created();
        expect(await ids({ viewer: admin, filters })).toEqual([wanted]);
      });

      it('goes on after a task that does not match the filters itself', async () => {
        const [first, marker, last] = [
          await history.created({ imageId: 'i' }),
          await history.created(),
          await history.created({ imageId: 'i' }),
        ];
        await runner.catchUp();
        const after = await model.find(marker);
        expect(await ids({ filters: { image_id: 'i' }, after })).toEqual([last]);
        expect(await ids({ filters: { image_id: 'i' }, after: await model.find(first) })).toEqual([last]);
      });

      it('is empty when nothing may be returned', async () => {
        await history.created();
        expect(await ids({ limit: 0 })).toEqual([]);
      });

      it('keeps every rule whatever the tasks, and pages lose and repeat none of them', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(someTask, { minLength: 10, maxLength: 40 }),
            fc.array(someTaskQuery, { minLength: 40, maxLength: 40 }),
            async (tasks, queries) => {
              await harness.tearDown();
              await start();
              for (const task of tasks) await liveTask(history, task);
              await runner.catchUp();
              const documents = await history.documents();
              for (const query of queries) {
                const expected = idsOf(expectedTaskList(documents, { ...query, limit: 1000 }));
                expect(idsOf(await model.list({ ...query, limit: 1000 }))).toEqual(expected);
                expect(await walk(model, query)).toEqual(expected);
              }
            },
          ),
          { numRuns: 10, endOnFailure: true }, // each attempt to shrink would fill another database
        );
      });
    });

    it('names the unexpired tasks of an image to those who may see them, newest first', async () => {
      const first = await history.created({ imageId: 'i' });
      const second = await history.failed(FUTURE, { imageId: 'i', owner: null });
      await history.failed(PAST, { imageId: 'i' });
      const foreign = await history.created({ imageId: 'i', owner: 'theirs' });
      await history.created({ imageId: 'another' });
      await runner.catchUp();
      expect(idsOf(await model.ofImage('i', mine, NOW))).toEqual([second, first]);
      expect(idsOf(await model.ofImage('i', admin, NOW))).toEqual([foreign, second, first]);
    });

    it('names the tasks that are not done, page by page in the order of their ids', async () => {
      const unfinished = ['b', 'c', 'a', 'd'];
      for (const taskId of unfinished) await history.created({ taskId });
      await history.happened('c', 'TaskStarted', {});
      await history.failed(FUTURE);
      await runner.catchUp();
      expect(idsOf(await model.unfinished(null, 3))).toEqual(['a', 'b', 'c']);
      expect(idsOf(await model.unfinished('c', 3))).toEqual(['d']);
      expect(await model.unfinished('d', 3)).toEqual([]);
      expect(await model.unfinished(null, 0)).toEqual([]);
    });

    it('names the tasks whose time was over, oldest first', async () => {
      const [late, early] = [await history.failed(NOW), await history.failed(PAST)];
      await history.failed(FUTURE);
      await history.created();
      await runner.catchUp();
      expect(idsOf(await model.expired(NOW, 10))).toEqual([early, late]);
      expect(idsOf(await model.expired(NOW, 1))).toEqual([early]);
      expect(await model.expired(NOW, 0)).toEqual([]);
    });

    it('is the same after a rebuild', async () => {
      const id = await history.failed(FUTURE, { imageId: 'i' });
      await history.created({ owner: 'theirs' });
      await runner.catchUp();
      const before = await database.reader.selectFrom('tasks').selectAll().orderBy('id').execute();
      await runner.rebuild('tasks');
      expect(await database.reader.selectFrom('tasks').selectAll().orderBy('id').execute()).toEqual(before);
      expect(await ids({})).toEqual([id]);
    });
  });
}

const idsOf = (tasks: readonly TaskDetails[]): readonly string[] => tasks.map(({ id }) => id);

const walk = async (model: SqlTaskReadModel, query: TaskListQuery): Promise<readonly string[]> => {
  const seen: string[] = [];
  let after: TaskDetails | null = null;
  for (;;) {
    const page: readonly TaskDetails[] = await model.list({ ...query, after });
    seen.push(...idsOf(page));
    const last = page.at(-1);
    if (last === undefined || seen.length > 1000) return seen;
    after = last;
  }
};
