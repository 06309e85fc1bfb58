import type { TaskEvent } from '../../../../src/events/contracts/task-events.js';
import { toldOf, typesOf } from '../../../support/told-notifications.js';

const TASK_ID = '11111111-2222-4333-8444-555555555555';

const created: TaskEvent = {
  type: 'TaskCreated',
  schemaVersion: 1,
  data: {
    taskId: TASK_ID,
    taskType: 'import',
    owner: 'project-a',
    input: { import_from: 'http://user:password@host/' },
    imageId: null,
    requestId: null,
    userId: null,
    createdAt: '2026-01-02T03:04:05.678Z',
  },
};
const started: TaskEvent = { type: 'TaskStarted', schemaVersion: 1, data: {} };
const expiresAt = '2026-01-04T00:00:00.000Z';
const succeeded: TaskEvent = {
  type: 'TaskSucceeded',
  schemaVersion: 1,
  data: { result: { image_id: 'x' }, expiresAt },
};
const failed: TaskEvent = { type: 'TaskFailed', schemaVersion: 1, data: { message: 'secret reason', expiresAt } };
const expired: TaskEvent = { type: 'TaskExpired', schemaVersion: 1, data: {} };
const step: TaskEvent = { type: 'TaskStepCompleted', schemaVersion: 1, data: { step: 'download', outcome: {} } };

const tell = (...events: TaskEvent[]) =>
  toldOf(
    `task-${TASK_ID}`,
    events.map((event) => [event]),
  );

describe('what Glance would have told of a task', () => {
  it('is its life, with the run at its end', async () => {
    expect(typesOf(await tell(created, started, step, succeeded, expired))).toEqual([
      ['task.create'],
      ['task.processing'],
      [],
      ['task.success', 'task.run'],
      ['task.delete'],
    ]);
  });

  it('has no run where it failed over an image', async () => {
    expect(typesOf(await tell(created, started, failed)).at(-1)).toEqual(['task.failure', 'task.run']);
    const image: TaskEvent = {
      type: 'TaskStepCompleted',
      schemaVersion: 1,
      data: { step: 'image', outcome: { imageId: 'x' } },
    };
    expect(typesOf(await tell(created, started, image, step, failed)).at(-1)).toEqual(['task.failure']);
    const ofImage: TaskEvent = { ...created, data: { ...created.data, taskType: 'api_image_import', imageId: 'x' } };
    expect(typesOf(await tell(ofImage, started, failed)).at(-1)).toEqual(['task.failure']);
  });

  it('is the task without what may be nobody else’s business', async () => {
    const told = await tell(created, started, failed);
    expect(told[0]![0]!.payload).toEqual({
      id: TASK_ID,
      type: 'import',
      status: 'pending',
      result: null,
      owner: 'project-a',
      message: null,
      expires_at: '2026-01-02T03:04:05Z',
      created_at: '2026-01-02T03:04:05Z',
      updated_at: '2026-01-02T03:04:05Z',
      deleted: false,
      deleted_at: null,
    });
    expect(JSON.stringify(told)).not.toMatch(/password|secret reason/);
  });

  it('tells of the run with the task as it was created', async () => {
    const [, , [success, run] = []] = await tell(created, started, succeeded);
    expect(success).toMatchObject({ payload: { status: 'success', expires_at: '2026-01-04T00:00:00Z' } });
    expect(run).toMatchObject({ payload: { status: 'pending', updated_at: '2026-01-02T03:04:05Z' } });
  });
});
