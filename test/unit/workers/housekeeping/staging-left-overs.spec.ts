import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Untimed } from '../../../../src/kernel/untimed.js';
import type { TaskCommand } from '../../../../src/modules/tasks/domain/task.commands.js';
import { openImageWorkbench, OWNER } from '../../../support/image-workbench.js';
import type { ImageWorkbench } from '../../../support/image-workbench.js';
import {
  abandonedStaging,
  activeImage,
  deleteImage,
  queuedImage,
  requestImport,
  staged,
  stagedImage,
} from '../../../support/workbench-images.js';

const NEVER = new AbortController().signal;
const LATER = '2999-01-01T00:00:00.000Z';
const context = { actor: OWNER, requestId: null };

describe('the staging area', () => {
  let bench: ImageWorkbench;
  beforeEach(async () => (bench = await openImageWorkbench()));
  afterEach(() => bench.close());

  const sweep = () => bench.housekeeping().run(NEVER);
  const folder = () => dirname(bench.staging.stagedFile('x'));
  const leave = (name: string) => writeFile(join(folder(), name), 'left over');

  const createTask = (taskId: string) => {
    const more = { imageId: null, requestId: null, userId: null, owner: 'p1', input: {} };
    return act({ type: 'CreateTask', taskId, taskType: 'import', ...more });
  };
  const act = (command: Untimed<TaskCommand>) => bench.tasks.handle(command, context);

  it('keeps the data of images that wait for their import, or are being imported', async () => {
    const [waiting, asked] = [await stagedImage(bench), await stagedImage(bench)];
    await requestImport(bench, asked, randomUUID());
    const fetched = await queuedImage(bench);
    await requestImport(bench, fetched, randomUUID(), { method: 'web-download' });
    await leave(fetched);
    expect((await sweep()).leftOvers).toBe(0);
    expect(await staged(bench)).toEqual([waiting, asked, fetched].toSorted());
  });

  it('loses the data of images that do not wait for it', async () => {
    const deleted = await activeImage(bench);
    await deleteImage(bench, deleted);
    const leftOver = [await queuedImage(bench), await activeImage(bench), deleted, randomUUID()];
    await Promise.all(leftOver.map(leave));
    expect((await sweep()).leftOvers).toBe(4);
    expect(await staged(bench)).toEqual([]);
  });

  it('loses what dead claims left unfinished, and keeps what living ones and tasks have', async () => {
    const [imageId, alive] = [await queuedImage(bench), randomUUID()];
    const taskId = randomUUID();
    await requestImport(bench, imageId, taskId, { method: 'web-download' });
    await bench.leases.acquire(`upload/${alive}`, 'somebody', 60_000);
    for (const claim of ['dead', alive, taskId]) await leave(`.unfinished/${imageId}.${claim}`);
    expect((await sweep()).leftOvers).toBe(1);
    expect(await staged(bench)).toEqual([`${imageId}.${alive}`, `${imageId}.${taskId}`].toSorted());
  });

  it('leaves the bytes of a dead staging to whoever ends it', async () => {
    const imageId = await abandonedStaging(bench, 'dead');
    await leave(`.unfinished/${imageId}.dead`);
    expect(await sweep()).toMatchObject({ failedUploads: 1, leftOvers: 0 });
    expect(await staged(bench)).toEqual([]);
  });

  it('loses the folders of tasks that have ended, unless somebody is still at it', async () => {
    const [running, ended, held, unknown] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const taskId of [running, ended, held]) {
      await createTask(taskId);
      await act({ type: 'StartTask', taskId });
    }
    for (const taskId of [ended, held]) await act({ type: 'FailTask', taskId, message: 'failed', expiresAt: LATER });
    await bench.leases.acquire(`upload/${held}`, 'worker', 60_000);
    for (const taskId of [running, ended, held, unknown]) {
      await writeFile(join(await bench.staging.taskFolder(taskId), 'download'), 'half');
    }
    expect((await sweep()).leftOvers).toBe(2);
    expect(await staged(bench)).toEqual([`tasks/${running}`, `tasks/${held}`].toSorted());
  });

  it('keeps files that the service cannot have made', async () => {
    await leave('notes');
    expect((await sweep()).leftOvers).toBe(0);
    expect(await staged(bench)).toEqual(['notes']);
  });

  it('that cannot be read is reported, and does not keep the rest from being done', async () => {
    await rm(folder(), { recursive: true });
    const report = await sweep();
    expect(report.failures).toHaveLength(1);
    expect(report.leftOvers).toBe(0);
  });
});
