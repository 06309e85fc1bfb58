import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../../src/kernel/clock.js';
import type { TaskInput } from '../../../../src/modules/tasks/domain/task.commands.js';
import { TaskInputInvalid } from '../../../../src/modules/tasks/domain/task.errors.js';
import { RemoteUnavailable } from '../../../../src/outbound/outbound.errors.js';
import { SqlLeases } from '../../../../src/projections/database/sql-leases.js';
import { FilesystemStagingArea } from '../../../../src/stores/staging/filesystem.staging-area.js';
import { PostponeJob } from '../../../../src/workers/queue/job-queue.js';
import { TaskExecutor } from '../../../../src/workers/tasks/task-executor.js';
import type { TaskRun } from '../../../../src/workers/tasks/task-run.js';
import type { TaskWork } from '../../../../src/workers/tasks/task-work.js';
import type { WorkerLog } from '../../../../src/workers/worker-log.js';
import { openTaskWorkbench } from '../../../support/task-workbench.js';
import type { TaskWorkbench } from '../../../support/task-workbench.js';

const TASK = '0197aaaa-0000-7000-8000-000000000001';
const NEVER = new AbortController().signal;
const silent: WorkerLog = {
  failed: () => undefined,
  interrupted: () => undefined,
  taskFailed: () => undefined,
  leftBehind: () => undefined,
  keyNotDeleted: () => undefined,
  swept: () => undefined,
};

/** Work that does what the test says, and notes what was asked of it. */
class ScriptedWork implements TaskWork {
  readonly taskType = 'clone';
  readonly calls: string[] = [];
  onRun: (run: TaskRun) => Promise<TaskInput> = () => Promise.resolve({ done: true });
  onGiveUp: (run: TaskRun) => Promise<void> = () => Promise.resolve();

  async run(run: TaskRun): Promise<TaskInput> {
    this.calls.push('run');
    return this.onRun(run);
  }

  summaryOf(run: TaskRun): string {
    const text = run.outcomeOf('summary')?.['text'];
    return typeof text === 'string' ? text : '';
  }

  async giveUp(run: TaskRun, reason: string): Promise<void> {
    this.calls.push(`give up: ${reason}`);
    await this.onGiveUp(run);
  }
}

describe('executing a task', () => {
  let bench: TaskWorkbench;
  let leases: SqlLeases;
  let work: ScriptedWork;
  let executor: TaskExecutor;

  beforeEach(async () => {
    bench = await openTaskWorkbench({ OS_HINDSIGHT__TASK_ATTEMPTS: '3' });
    leases = new SqlLeases(bench.database, systemClock);
    work = new ScriptedWork();
    const { tasks, ending, progress, eventStore, clock, config } = bench;
    const staging = await FilesystemStagingArea.open(config.stagingDir, false);
    executor = new TaskExecutor(tasks, ending, [work], staging, progress, eventStore, leases, clock, config, silent);
    await bench.create(TASK, { taskType: 'clone' });
  });
  afterEach(() => bench.close());

  const execute = (stopping = NEVER): Promise<void> => executor.execute({ taskId: TASK, priority: 10 }, stopping);
  const found = () => bench.readModel.find(TASK);

  it('ends it with the result of its work, and removes its files', async () => {
    let folder = '';
    work.onRun = async (run) => {
      folder = await run.folder();
      return { image_id: 'i' };
    };
    await execute();
    expect(await found()).toMatchObject({ status: 'success', result: { image_id: 'i' } });
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps what its work has to say of its success', async () => {
    work.onRun = async (run) => {
      await run.complete('summary', { text: 'Copied 5 MiB' });
      return {};
    };
    await execute();
    expect(await found()).toMatchObject({ status: 'success', message: 'Copied 5 MiB' });
  });

  it('does not do it again when the job comes twice', async () => {
    await execute();
    await execute();
    expect(work.calls).toEqual(['run']);
  });

  it('ignores the job of a task that does not exist', async () => {
    await executor.execute({ taskId: '0197aaaa-0000-7000-8000-00000000dead', priority: 10 }, NEVER);
    expect(work.calls).toEqual([]);
  });

  it('is postponed while another worker is at it, and of two workers one does it', async () => {
    const begun = Promise.withResolvers<null>();
    const goOn = Promise.withResolvers<null>();
    work.onRun = async () => {
      begun.resolve(null);
      await goOn.promise;
      return {};
    };
    const first = execute();
    await begun.promise;
    await expect(execute()).rejects.toBeInstanceOf(PostponeJob);
    goOn.resolve(null);
    await first;
    expect(work.calls).toEqual(['run']);
  });

  it('fails at once for what cannot heal, after undoing what was begun', async () => {
    work.onRun = () => Promise.reject(new TaskInputInvalid('No such thing'));
    await execute();
    expect(work.calls).toEqual(['run', 'give up: No such thing']);
    expect(await found()).toMatchObject({ status: 'failure', message: 'No such thing' });
  });

  it('does not tell what an unexpected error says', async () => {
    work.onRun = () => Promise.reject(new Error('at /etc/secret'));
    await execute();
    expect(await found()).toMatchObject({ status: 'failure', message: 'Task failed due to Internal Error' });
  });

  it('is tried as often as allowed when the failure may heal, and then fails', async () => {
    work.onRun = () => Promise.reject(new RemoteUnavailable('The server is away'));
    await expect(execute()).rejects.toThrow('The server is away');
    await expect(execute()).rejects.toThrow('The server is away');
    expect(await found()).toMatchObject({ status: 'processing' });
    await execute();
    expect(work.calls).toEqual(['run', 'run', 'run', 'give up: The server is away']);
    expect(await found()).toMatchObject({ status: 'failure', message: 'The server is away' });
    const types = (await bench.eventStore.readStream(`task-${TASK}`)).map(({ type }) => type);
    expect(types.filter((type) => type === 'TaskAttemptFailed')).toHaveLength(2);
  });

  it('goes on behind the last completed step', async () => {
    const steps: string[] = [];
    work.onRun = async (run) => {
      const reuse = (outcome: TaskInput): Promise<TaskInput> => Promise.resolve(outcome);
      const { bytes } = await run.once('download', reuse, () => {
        steps.push('download');
        return Promise.resolve({ bytes: 7 });
      });
      if (steps.push('store') === 2) throw new RemoteUnavailable('The store is away');
      return { bytes };
    };
    await expect(execute()).rejects.toThrow('The store is away');
    await execute();
    expect(steps).toEqual(['download', 'store', 'store']);
    expect(await found()).toMatchObject({ status: 'success', result: { bytes: 7 } });
  });

  it('only undoes what was begun when a worker died after the decision to fail', async () => {
    work.onRun = () => Promise.reject(new TaskInputInvalid('No such thing'));
    work.onGiveUp = () => Promise.reject(new Error('killed'));
    await expect(execute()).rejects.toThrow('killed');
    work.onGiveUp = () => Promise.resolve();
    await execute();
    expect(work.calls).toEqual(['run', 'give up: No such thing', 'give up: No such thing']);
    expect(await found()).toMatchObject({ status: 'failure', message: 'No such thing' });
  });

  it('stays as it is when the process has to stop', async () => {
    const stopping = new AbortController();
    work.onRun = async ({ signal }) => {
      stopping.abort(new Error('stopping'));
      await sleep(60_000, undefined, { signal });
      return {};
    };
    await expect(execute(stopping.signal)).rejects.toThrow();
    expect(work.calls).toEqual(['run']);
    expect(await found()).toMatchObject({ status: 'processing' });
  });

  it('leaves a task alone that somebody else has failed meanwhile', async () => {
    work.onRun = async (run) => {
      await bench.ending.fail(TASK, 'Expired lock preempted');
      await run.complete('store', {});
      return {};
    };
    await execute();
    expect(work.calls).toEqual(['run']);
    expect(await found()).toMatchObject({ status: 'failure', message: 'Expired lock preempted' });
  });

  it('tells the work who asked for the task', async () => {
    let roles: readonly string[] = [];
    work.onRun = (run) => {
      roles = run.requester.roles;
      return Promise.resolve({});
    };
    await execute();
    expect(roles).toEqual(['member']);
  });
});
