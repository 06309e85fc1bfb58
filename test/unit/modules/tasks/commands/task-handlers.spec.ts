import { TaskNotFound, TaskStatusConflict } from '../../../../../src/modules/tasks/domain/task.errors.js';
import { ExpireTasksHandler } from '../../../../../src/modules/tasks/commands/expire-tasks.handler.js';
import { EndTaskHandler } from '../../../../../src/modules/tasks/commands/end-task.handler.js';
import type { TaskProgress } from '../../../../../src/kernel/task-progress.js';
import { SqlTaskProgressBoard } from '../../../../../src/projections/database/sql-task-progress.js';
import { SqlTaskSecrets } from '../../../../../src/projections/database/sql-task-secrets.js';
import { openTaskWorkbench } from '../../../../support/task-workbench.js';
import type { TaskWorkbench } from '../../../../support/task-workbench.js';

const halfWay: TaskProgress = {
  step: 'download',
  bytesDone: 5,
  bytesExpected: 10,
  updatedAt: '2026-03-01T12:00:00.000Z',
};
const SECRETS_SETTLE_HOURS = 25;

describe('the handlers of tasks', () => {
  let bench: TaskWorkbench;

  beforeEach(async () => {
    bench = await openTaskWorkbench({ OS_TASK__TASK_TIME_TO_LIVE: '3' });
  });
  afterEach(() => bench.close());

  const secretsLeft = async (): Promise<readonly string[]> => bench.secrets.taskIds('2999-01-01T00:00:00.000Z');
  const progressLeft = async (id: string): Promise<boolean> => (await bench.progress.find([id])).has(id);
  const lastActor = async (id: string) => (await bench.eventStore.readStream(`task-${id}`)).at(-1)?.metadata.actor;

  describe('a command', () => {
    it('is seen by the read model when it is done', async () => {
      await bench.create('t');
      expect(await bench.readModel.find('t')).toMatchObject({ status: 'pending', owner: 'project-a' });
      await bench.start('t');
      expect(await bench.readModel.find('t')).toMatchObject({ status: 'processing' });
      expect(await bench.tasks.stateOf('t')).toMatchObject({ status: 'processing' });
    });

    it('creates a task once, however often it is asked for at once', async () => {
      await Promise.all(Array.from({ length: 5 }, () => bench.create('t')));
      expect(await bench.eventStore.readStream('task-t')).toHaveLength(1);
    });
  });

  describe('the end of a task', () => {
    it('tells the result, and when it will be forgotten', async () => {
      await bench.create('t');
      await bench.start('t');
      await bench.ending.succeed('t', { image_id: 'image-1' });
      expect(await bench.readModel.find('t')).toMatchObject({
        status: 'success',
        result: { image_id: 'image-1' },
        message: '',
        expiresAt: '2026-03-01T15:00:00.000Z',
      });
      expect(await lastActor('t')).toEqual({ userId: 'system/worker', projectId: null, roles: [] });
    });

    it('tells why it failed', async () => {
      await bench.create('t');
      await bench.ending.fail('t', 'The server is gone');
      expect(await bench.readModel.find('t')).toMatchObject({ status: 'failure', message: 'The server is gone' });
    });

    it('takes its secrets and its progress away', async () => {
      for (const id of ['one', 'other']) {
        await bench.secrets.put(id, { token: 'secret' });
        await bench.progress.report(id, halfWay);
        await bench.create(id);
        await bench.start(id);
      }
      await bench.ending.succeed('one', {});
      expect(await secretsLeft()).toEqual(['other']);
      expect(await progressLeft('one')).toBe(false);
      await bench.ending.fail('other', 'no');
      expect(await secretsLeft()).toEqual([]);
    });

    it('is the first one, and later ones only clear away', async () => {
      await bench.create('t');
      await bench.start('t');
      await bench.ending.succeed('t', {});
      await bench.secrets.put('t', { token: 'late' });
      await bench.ending.fail('t', 'too late');
      expect(await bench.readModel.find('t')).toMatchObject({ status: 'success', message: '' });
      expect(await secretsLeft()).toEqual([]);
    });

    it('counts although its secrets cannot be removed now', async () => {
      const away = new StuckSecrets(bench.database, Buffer.alloc(32), bench.clock);
      const ending = new EndTaskHandler(bench.tasks, away, bench.progress, bench.clock, bench.config);
      await bench.create('t');
      await bench.progress.report('t', halfWay);
      await ending.fail('t', 'no');
      expect(await bench.readModel.find('t')).toMatchObject({ status: 'failure' });
      expect(await progressLeft('t')).toBe(false);
    });

    it('is refused for a task that is not there or not begun', async () => {
      await bench.create('t');
      await expect(bench.ending.succeed('t', {})).rejects.toBeInstanceOf(TaskStatusConflict);
      await expect(bench.ending.fail('absent', 'no')).rejects.toBeInstanceOf(TaskNotFound);
    });
  });

  describe('the expiry of tasks', () => {
    const endedTask = async (id: string): Promise<void> => {
      await bench.create(id);
      await bench.ending.fail(id, 'no');
    };

    it('forgets those whose time is over, and no others', async () => {
      await endedTask('old');
      await bench.progress.report('old', halfWay);
      await bench.create('unfinished');
      bench.letHoursPass(2);
      await endedTask('new');
      bench.letHoursPass(1);
      expect(await bench.expiry.run(10)).toBe(1);
      expect(await bench.readModel.find('old')).toBeNull();
      expect(await bench.tasks.stateOf('old')).toMatchObject({ status: 'expired' });
      expect(await progressLeft('old')).toBe(false);
      expect(await bench.readModel.find('new')).not.toBeNull();
      expect(await bench.readModel.find('unfinished')).not.toBeNull();
      expect(await lastActor('old')).toMatchObject({ userId: 'system/scrubber' });
    });

    it('takes no more than it is told, the oldest first', async () => {
      for (const id of ['first', 'second', 'third']) {
        await endedTask(id);
        bench.letHoursPass(1);
      }
      bench.letHoursPass(10);
      expect(await bench.expiry.run(2)).toBe(2);
      expect(await bench.readModel.find('third')).not.toBeNull();
      expect(await bench.expiry.run(2)).toBe(1);
      expect(await bench.expiry.run(2)).toBe(0);
    });

    it('removes secrets that no task needs any more', async () => {
      await endedTask('ended');
      await bench.create('waiting');
      for (const id of ['ended', 'waiting', 'never-created']) await bench.secrets.put(id, { token: 'secret' });
      bench.letHoursPass(SECRETS_SETTLE_HOURS);
      await bench.expiry.run(10);
      expect(await secretsLeft()).toEqual(['waiting']);
    });

    it('leaves a secret alone whose task may be about to be created', async () => {
      await bench.secrets.put('soon', { token: 'secret' });
      bench.letHoursPass(10);
      await bench.expiry.run(10);
      expect(await secretsLeft()).toEqual(['soon']);
    });

    it('goes on after a failure, then tells of it', async () => {
      await endedTask('first');
      await endedTask('second');
      await bench.secrets.put('never-created', { token: 'secret' });
      bench.letHoursPass(SECRETS_SETTLE_HOURS);
      const board = new StuckBoard(bench.database);
      const expiry = new ExpireTasksHandler(bench.tasks, bench.readModel, bench.secrets, board, bench.clock);
      await expect(expiry.run(10)).rejects.toMatchObject({ errors: [new Error('away')] });
      expect(await bench.readModel.find('first')).not.toBeNull();
      expect(await bench.readModel.find('second')).toBeNull();
      expect(await secretsLeft()).toEqual([]);
    });
  });
});

class StuckSecrets extends SqlTaskSecrets {
  override remove(): Promise<void> {
    return Promise.reject(new Error('the disk is full'));
  }
}

class StuckBoard extends SqlTaskProgressBoard {
  override forget(taskId: string): Promise<void> {
    return taskId === 'first' ? Promise.reject(new Error('away')) : super.forget(taskId);
  }
}
