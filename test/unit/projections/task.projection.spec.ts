import type { TaskEvent } from '../../../src/events/contracts/task-events.js';
import { taskEvents } from '../../../src/events/contracts/task-events.js';
import type { ProjectedEvent } from '../../../src/projections/projection.js';
import { evolveTaskDetails, taskIdOf } from '../../../src/projections/tasks/task.projection.js';
import type { TaskDetails } from '../../../src/projections/tasks/task.read-model.js';
import { newEvent } from '../../support/new-event.js';
import {
  attemptFailed,
  created,
  expired,
  EXPIRES_AT,
  failed,
  NOW,
  started,
  stepCompleted,
  succeeded,
  TASK_ID,
} from '../modules/tasks/domain/task.builder.js';

const at = (revision: number): string => new Date(Date.parse(NOW) + revision * 1000).toISOString();

const projected = (event: TaskEvent, revision: number): ProjectedEvent<TaskEvent> => {
  const stored = newEvent();
  const metadata = { ...stored.metadata, recordedAt: at(revision) };
  return {
    event,
    envelope: { ...stored, metadata, stream: `task-${TASK_ID}`, revision, position: BigInt(revision + 1) },
  };
};

const fold = (...events: readonly TaskEvent[]): TaskDetails | null =>
  events.map(projected).reduce<TaskDetails | null>(evolveTaskDetails, null);

describe('what is shown of a task', () => {
  it('is what it was created with', () => {
    expect(fold(created)).toEqual({
      id: TASK_ID,
      revision: 0,
      type: 'import',
      status: 'pending',
      owner: 'project-a',
      input: { import_from: 'https://example.org/a' },
      result: null,
      message: '',
      imageId: null,
      requestId: 'req-1',
      userId: 'user-a',
      createdAt: NOW,
      updatedAt: NOW,
      expiresAt: null,
    });
  });

  it.each<[string, readonly TaskEvent[], Partial<TaskDetails>]>([
    ['was begun', [started], { status: 'processing' }],
    ['has a step behind it', [started, stepCompleted('download')], { status: 'processing', message: '' }],
    ['is tried again', [started, attemptFailed], { status: 'processing', message: '', expiresAt: null }],
    [
      'succeeded',
      [started, succeeded],
      { status: 'success', result: { image_id: 'image-1' }, message: '', expiresAt: EXPIRES_AT },
    ],
    ['failed', [started, failed], { status: 'failure', result: null, message: 'no', expiresAt: EXPIRES_AT }],
  ])('says that it %s, and since when', (_, events, expected) => {
    const last = events.length;
    expect(fold(created, ...events)).toMatchObject({ ...expected, revision: last, updatedAt: at(last) });
  });

  it('ends when it has expired', () => {
    expect(fold(created, started, failed, expired)).toBeNull();
    expect(evolveTaskDetails(null, projected(expired, 3))).toBeNull();
  });

  it('does not fold an event that it has seen already', () => {
    const task = fold(created, started, failed);
    for (const [revision, event] of [created, started, failed].entries()) {
      expect(evolveTaskDetails(task, projected(event, revision))).toBe(task);
    }
  });

  it('has a case for every event there is', () => {
    const samples = [created, started, stepCompleted('s'), attemptFailed, succeeded, failed, expired];
    expect(samples.map(({ type }) => type).sort()).toEqual(Object.keys(taskEvents).sort());
    for (const event of samples) {
      const result = evolveTaskDetails(fold(created), projected(event, 1));
      expect(result === null || result.revision === 1).toBe(true);
    }
  });

  it('is found by the name of its stream', () => {
    expect(taskIdOf(`task-${TASK_ID}`)).toBe(TASK_ID);
  });
});
