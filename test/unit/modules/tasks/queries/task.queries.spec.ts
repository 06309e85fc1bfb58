import { ActionForbidden } from '../../../../../src/auth/auth.errors.js';
import { TaskMarkerUnknown, TaskNotFound } from '../../../../../src/modules/tasks/domain/task.errors.js';
import type { ListTasks } from '../../../../../src/modules/tasks/queries/task.queries.js';
import { openTaskWorkbench } from '../../../../support/task-workbench.js';
import type { TaskWorkbench } from '../../../../support/task-workbench.js';
import { admin, caller } from '../../../auth/callers.js';

const owner = caller(['member', 'reader'], { projectId: 'project-a' });
const stranger = caller(['member', 'reader'], { projectId: 'project-b' });
const all: ListTasks = { filters: {}, sort: { key: 'created_at', direction: 'asc' }, markerId: null, limit: 10 };

describe('questions about tasks', () => {
  let bench: TaskWorkbench;

  beforeEach(async () => {
    bench = await openTaskWorkbench({ OS_TASK__TASK_TIME_TO_LIVE: '3' });
  });
  afterEach(() => bench.close());

  const ids = async (query: Partial<ListTasks>, asker = owner): Promise<readonly string[]> =>
    (await bench.queries.list({ ...all, ...query }, asker)).tasks.map(({ id }) => id);

  it('are for administrators unless the policy says otherwise', async () => {
    await expect(bench.queries.requireAccess(admin)).resolves.toBeUndefined();
    await expect(bench.queries.requireAccess(owner)).rejects.toThrow(ActionForbidden);
  });

  it('show a task to its project and to administrators, and to nobody else', async () => {
    await bench.create('t');
    expect(await bench.queries.find('t', owner)).toMatchObject({ id: 't', status: 'pending' });
    expect(await bench.queries.find('t', admin)).toMatchObject({ id: 't' });
    await expect(bench.queries.find('t', stranger)).rejects.toBeInstanceOf(TaskNotFound);
    await expect(bench.queries.find('absent', admin)).rejects.toBeInstanceOf(TaskNotFound);
  });

  it('show what belongs to nobody to everybody', async () => {
    await bench.create('t', { owner: null });
    expect(await bench.queries.find('t', stranger)).toMatchObject({ owner: null });
    expect(await ids({}, stranger)).toEqual(['t']);
  });

  it('show how far a task has come, as long as that is known', async () => {
    const progress = { step: 'store', bytesDone: 1, bytesExpected: null, updatedAt: '2026-03-01T12:00:01.000Z' };
    await bench.create('t', { imageId: 'image-1' });
    expect(await bench.queries.find('t', owner)).toMatchObject({ progress: null });
    await bench.progress.report('t', progress);
    expect(await bench.queries.find('t', owner)).toMatchObject({ progress });
    expect((await bench.queries.list(all, owner)).tasks).toMatchObject([{ id: 't', progress }]);
    expect(await bench.queries.ofImage('image-1', owner)).toMatchObject([{ id: 't', progress }]);
  });

  it('know nothing of a task whose time is over, though nobody has cleared it away', async () => {
    await bench.create('t', { imageId: 'image-1' });
    await bench.ending.fail('t', 'no');
    expect(await ids({})).toEqual(['t']);
    bench.letHoursPass(3);
    await expect(bench.queries.find('t', owner)).rejects.toBeInstanceOf(TaskNotFound);
    expect(await ids({})).toEqual([]);
    expect(await bench.queries.ofImage('image-1', owner)).toEqual([]);
    await expect(ids({ markerId: 't' })).rejects.toBeInstanceOf(TaskMarkerUnknown);
  });

  it('page through lists, and say whether there may be more', async () => {
    for (const id of ['a', 'b', 'c']) await bench.create(id);
    expect(await bench.queries.list({ ...all, limit: 2 }, owner)).toMatchObject({ full: true });
    expect(await ids({ limit: 2, markerId: 'b' })).toEqual(['c']);
    expect(await bench.queries.list({ ...all, limit: 2, markerId: 'b' }, owner)).toMatchObject({ full: false });
    expect(await bench.queries.list({ ...all, limit: 0 }, owner)).toEqual({ tasks: [], full: false });
  });

  it('refuse a marker that is no task, or none for the caller to see', async () => {
    await bench.create('t');
    await expect(ids({ markerId: 'absent' })).rejects.toBeInstanceOf(TaskMarkerUnknown);
    await expect(ids({ markerId: 't' }, stranger)).rejects.toBeInstanceOf(TaskMarkerUnknown);
  });

  it('answer about an image with its own tasks, newest first', async () => {
    await bench.create('first', { imageId: 'image-1' });
    bench.letHoursPass(1);
    await bench.create('second', { imageId: 'image-1' });
    await bench.create('foreign', { imageId: 'image-1', owner: 'project-b' });
    await bench.create('of-another-image', { imageId: 'image-2' });
    const found = await bench.queries.ofImage('image-1', owner);
    expect(found.map(({ id }) => id)).toEqual(['second', 'first']);
  });
});
