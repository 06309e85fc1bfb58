import { presentTask, presentTaskRow, presentTaskStub } from '../../../../../src/modules/tasks/http/task.presenter.js';
import { halfDone, taskView } from '../../../../support/task-views.builder.js';

const { id } = taskView();

const done = taskView({
  type: 'api_image_import',
  status: 'success',
  result: { image_id: 'i1' },
  imageId: 'i1',
  requestId: 'req-1',
  userId: 'u1',
  updatedAt: '2026-03-01T12:01:00.456Z',
  expiresAt: '2026-03-03T12:01:00.456Z',
});

describe('a task as clients see it', () => {
  it('has no expiry, result or image while these are unknown', () => {
    expect(presentTask(taskView())).toEqual({
      id,
      input: { import_from: 'http://host/a' },
      type: 'import',
      status: 'pending',
      owner: 'p1',
      message: '',
      result: null,
      created_at: '2026-03-01T12:00:00Z',
      updated_at: '2026-03-01T12:00:00Z',
      self: `/v2/tasks/${id}`,
      schema: '/v2/schemas/task',
    });
  });

  it('has everything in the end', () => {
    expect(presentTask(done)).toMatchObject({
      result: { image_id: 'i1' },
      image_id: 'i1',
      request_id: 'req-1',
      user_id: 'u1',
      updated_at: '2026-03-01T12:01:00Z',
      expires_at: '2026-03-03T12:01:00Z',
    });
  });

  it('tells how far it has come, and when that was, while somebody works on it', () => {
    expect(presentTask(taskView({ status: 'processing', progress: halfDone }))).toMatchObject({
      message: 'Copied 5 MiB',
      updated_at: '2026-03-01T12:00:30Z',
      progress: {
        step: 'download',
        bytes_done: 5242887,
        bytes_expected: 10485760,
        updated_at: '2026-03-01T12:00:30Z',
      },
    });
  });

  it('was changed when its last event happened, if that is later than the last report', () => {
    const task = taskView({ status: 'processing', progress: halfDone, updatedAt: '2026-03-01T12:00:30.001Z' });
    expect(presentTaskRow(task)).toMatchObject({ updated_at: '2026-03-01T12:00:30.001000' });
  });

  it.each(['pending', 'success', 'failure'] as const)('says nothing of progress when it is %s', (status) => {
    const shown = presentTask(taskView({ status, progress: halfDone, message: 'why' }));
    expect(shown).not.toHaveProperty('progress');
    expect(shown).toMatchObject({ message: 'why', updated_at: '2026-03-01T12:00:00Z' });
  });

  it('has a short form for lists', () => {
    expect(presentTaskStub(done)).toEqual({
      id,
      type: 'api_image_import',
      status: 'success',
      owner: 'p1',
      created_at: '2026-03-01T12:00:00Z',
      updated_at: '2026-03-01T12:01:00Z',
      expires_at: '2026-03-03T12:01:00Z',
      self: `/v2/tasks/${id}`,
      schema: '/v2/schemas/task',
    });
    expect(presentTaskStub(taskView())).not.toHaveProperty('expires_at');
  });

  it('is a row with times of its own form in the list of an image', () => {
    expect(presentTaskRow(done)).toEqual({
      id,
      type: 'api_image_import',
      status: 'success',
      owner: 'p1',
      expires_at: '2026-03-03T12:01:00.456000',
      created_at: '2026-03-01T12:00:00.123000',
      updated_at: '2026-03-01T12:01:00.456000',
      deleted_at: null,
      deleted: false,
      image_id: 'i1',
      request_id: 'req-1',
      user_id: 'u1',
      input: { import_from: 'http://host/a' },
      result: { image_id: 'i1' },
      message: '',
    });
    expect(presentTaskRow(taskView())).toMatchObject({ expires_at: null, image_id: null, message: '' });
  });
});
