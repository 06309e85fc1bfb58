import { taskEvents } from '../../../src/events/contracts/task-events.js';
import { EventCodec } from '../../../src/events/event-codec.js';
import type { Leases } from '../../../src/kernel/lease.js';
import { SqlLeases } from '../../../src/projections/database/sql-leases.js';
import { ProjectionRunner } from '../../../src/projections/projection-runner.js';
import { SqlTaskProjection } from '../../../src/projections/tasks/sql-task.projection.js';
import { EnqueueTasks } from '../../../src/workers/enqueue-tasks.reaction.js';
import { InProcessJobQueue } from '../../../src/workers/queue/in-process.job-queue.js';
import type { Job, JobProcessor, JobQueue } from '../../../src/workers/queue/job-queue.js';
import { RefillQueueService } from '../../../src/workers/refill-queue.service.js';
import { TaskPriorities } from '../../../src/workers/task-priorities.js';
import { TaskWorkerService } from '../../../src/workers/task-worker.service.js';
import { eventually } from '../../support/eventually.js';
import { openTaskWorkbench } from '../../support/task-workbench.js';
import type { TaskWorkbench } from '../../support/task-workbench.js';

const TASKS = ['11111111-0000-4000-8000-000000000001', '11111111-0000-4000-8000-000000000002'] as const;
const MIXED_PRIORITIES = { OS_HINDSIGHT__TASK_PRIORITIES: 'clone:3' };
const SHARED_QUEUE = { OS_HINDSIGHT__REDIS_URL: 'redis://127.0.0.1:6379' };

describe('jobs of tasks', () => {
  let bench: TaskWorkbench;
  let queue: JobQueue;
  let done: Job[];
  let interruptions: unknown[];
  let acquisitions: boolean[];
  let refills: RefillQueueService[];

  const open = async (environment: Readonly<Record<string, string>> = {}): Promise<void> => {
    bench = await openTaskWorkbench(environment);
    queue = new InProcessJobQueue();
    [done, interruptions, acquisitions, refills] = [[], [], [], []];
  };
  afterEach(async () => {
    await Promise.all(refills.map((refill) => refill.onModuleDestroy()));
    await queue.close(AbortSignal.abort());
    await bench.close();
  });

  const codec = EventCodec.of([taskEvents]);
  const doing: JobProcessor = (job) => Promise.resolve(void done.push(job));
  const process = () => queue.process(doing, 1, () => undefined);

  const noting = (leases: Leases): Leases => ({
    acquire: async (...lease) => {
      const acquired = await leases.acquire(...lease);
      acquisitions.push(acquired);
      return acquired;
    },
    renew: (...lease) => leases.renew(...lease),
    release: (...lease) => leases.release(...lease),
    isHeld: (name) => leases.isHeld(name),
  });

  const startRefill = (into = queue): RefillQueueService => {
    const projections = new ProjectionRunner(bench.eventStore, codec, bench.database, [new SqlTaskProjection()]);
    const refill = new RefillQueueService(
      into,
      bench.readModel,
      new TaskPriorities(bench.config),
      projections,
      noting(new SqlLeases(bench.database, bench.clock)),
      bench.config,
      { interrupted: (_, error) => void interruptions.push(error) },
    );
    refills.push(refill);
    refill.onApplicationBootstrap();
    return refill;
  };

  it('are made of new tasks, with the priority of their type', async () => {
    await open(MIXED_PRIORITIES);
    const reaction = new EnqueueTasks(queue, new TaskPriorities(bench.config), codec);
    await bench.create(TASKS[0], { taskType: 'import' });
    await bench.create(TASKS[1], { taskType: 'clone' });
    await bench.start(TASKS[1]);
    for (const event of await bench.eventStore.readAll(0n, 10))
      if (reaction.reactsTo.has(event.type)) await reaction.react(event, new AbortController().signal);
    await process();
    await eventually(() =>
      expect(done).toEqual([
        { taskId: TASKS[1], priority: 3 },
        { taskId: TASKS[0], priority: 10 },
      ]),
    );
  });

  it('come back when the queue has forgotten them, for all tasks that have not ended', async () => {
    await open(MIXED_PRIORITIES);
    const ended = '11111111-0000-4000-8000-000000000003';
    for (const task of [...TASKS, ended]) await bench.create(task, { taskType: 'clone' });
    await bench.start(TASKS[1]);
    await bench.start(ended);
    await bench.ending.fail(ended, 'no');
    startRefill();
    await process();
    await eventually(() => expect(done).toEqual(TASKS.map((taskId) => ({ taskId, priority: 3 }))));
  });

  it('come back by pages, be they ever so many', async () => {
    await open();
    const many = Array.from({ length: 1001 }, (_, n) => `22222222-0000-4000-8000-${String(n).padStart(12, '0')}`);
    for (const task of many) await bench.create(task);
    startRefill();
    await eventually(async () => expect((await queue.counts()).waiting).toBe(many.length));
  });

  it('come back again and again', async () => {
    await open();
    await bench.create(TASKS[0]);
    startRefill();
    await process();
    await eventually(() => expect(done).toHaveLength(2));
  });

  it('are refilled by one process at a time where the queue is shared, and by the next one when it stops', async () => {
    await open(SHARED_QUEUE);
    await bench.create(TASKS[0]);
    const first = startRefill();
    await eventually(async () => expect((await queue.counts()).waiting).toBe(1));
    const another = new InProcessJobQueue();
    startRefill(another);
    await eventually(() => expect(acquisitions).toEqual([true, false]));
    expect(await another.counts()).toEqual({ waiting: 0, active: 0 });
    await first.onModuleDestroy();
    await eventually(async () => expect(await another.counts()).toEqual({ waiting: 1, active: 0 }));
    await another.close(AbortSignal.abort());
  });

  it('are refilled although that has failed before', async () => {
    await open();
    await bench.create(TASKS[0]);
    let failures = 1;
    const failing: JobQueue = {
      enqueue: (...args) => (failures-- > 0 ? Promise.reject(new Error('not now')) : queue.enqueue(...args)),
      process: (...args) => queue.process(...args),
      counts: () => queue.counts(),
      close: (cutOff) => queue.close(cutOff),
    };
    startRefill(failing);
    await eventually(async () => expect((await queue.counts()).waiting).toBe(1));
    expect(interruptions).toEqual([new Error('not now')]);
  });

  it('may finish when the process stops, before the cut-off', async () => {
    await open();
    const gate = Promise.withResolvers<undefined>();
    const log = { failed: () => undefined, away: () => undefined, back: () => undefined };
    const slowly: JobProcessor = async (job, signal) => {
      await gate.promise;
      await doing(job, signal);
    };
    const worker = new TaskWorkerService(queue, slowly, bench.config, log, new AbortController().signal);
    await queue.enqueue(TASKS.map((taskId) => ({ taskId, priority: 10 })));
    await worker.onApplicationBootstrap();
    await eventually(async () => expect((await queue.counts()).active).toBe(2));
    worker.beforeApplicationShutdown();
    gate.resolve(undefined);
    await worker.onApplicationShutdown();
    expect(done.map(({ taskId }) => taskId)).toEqual(TASKS);
  });
});
