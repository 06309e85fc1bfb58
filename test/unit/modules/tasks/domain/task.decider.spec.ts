import fc from 'fast-check';
import type { TaskEvent } from '../../../../../src/events/contracts/task-events.js';
import type { TaskCommand } from '../../../../../src/modules/tasks/domain/task.commands.js';
import { taskDecider } from '../../../../../src/modules/tasks/domain/task.decider.js';
import { TaskNotFound, TaskStatusConflict } from '../../../../../src/modules/tasks/domain/task.errors.js';
import { hasEnded } from '../../../../../src/modules/tasks/domain/task-state.js';
import { DomainError } from '../../../../../src/kernel/domain-error.js';
import { given as givenFor } from '../../../../support/decider-scenario.js';
import {
  attemptFailed,
  completeStep,
  created,
  createTask,
  expired,
  EXPIRES_AT,
  expireTask,
  failAttempt,
  failed,
  failTask,
  NOW,
  started,
  startTask,
  stepCompleted,
  succeeded,
  succeedTask,
} from './task.builder.js';

const given = (...events: readonly TaskEvent[]) => givenFor(taskDecider, ...events);
const endings = [
  ['success', [created, started, succeeded]],
  ['failure', [created, started, failed]],
  ['expired', [created, started, succeeded, expired]],
] as const;
const beyondStart: readonly TaskCommand[] = [
  startTask,
  completeStep('download'),
  failAttempt,
  succeedTask,
  failTask,
  expireTask(EXPIRES_AT),
];

describe('a task', () => {
  it('is created as it was asked for, and waits', () => {
    given().when(createTask()).thenEvents(created);
    given()
      .when(createTask({ taskType: 'clone', imageId: 'image-1' }))
      .thenState({ status: 'pending', taskType: 'clone', imageId: 'image-1', owner: 'project-a', expiresAt: null });
  });

  it.each([['pending', [created]], ...endings] as const)('is not created a second time while %s', (_, history) => {
    given(...history)
      .when(createTask({ owner: 'somebody else' }))
      .thenNothing();
  });

  it.each(beyondStart.map((command) => [command.type, command] as const))(
    'that never was created is not found by %s',
    (_, command) => {
      given().when(command).thenRejects(TaskNotFound, undefined, { taskId: command.taskId });
    },
  );

  it('is begun once, however many workers take it up', () => {
    given(created).when(startTask).thenEvents(started);
    given(created, started).when(startTask).thenNothing();
  });

  it('keeps the outcome of each step, and the first one', () => {
    given(created, started)
      .when(completeStep('download', { bytes: 7 }))
      .thenState({ steps: { download: { bytes: 7 } } });
    given(created, started, stepCompleted('download', { bytes: 7 }))
      .when(completeStep('download', { bytes: 8 }))
      .thenNothing();
    given(created, started, stepCompleted('download'))
      .when(completeStep('store', { bytes: 8 }))
      .thenState({ steps: { download: {}, store: { bytes: 8 } } });
  });

  it('may have steps of any name', () => {
    given(created, started).when(completeStep('constructor')).thenEvents(stepCompleted('constructor'));
    given(created, started, stepCompleted('__proto__')).when(completeStep('__proto__')).thenNothing();
  });

  it('counts the attempts that failed', () => {
    given(created, started).when(failAttempt).thenEvents(attemptFailed);
    given(created, started, attemptFailed).when(failAttempt).thenState({ failedAttempts: 2, status: 'processing' });
  });

  it.each([
    ['a step', completeStep('download')],
    ['a failed attempt', failAttempt],
    ['success', succeedTask],
  ])('has to be begun before %s', (_, command) => {
    given(created)
      .when(command)
      .thenRejects(TaskStatusConflict, /while its status is pending/, { status: 'pending' });
  });

  it('succeeds with a result, and is kept for a while', () => {
    given(created, started).when(succeedTask).thenEvents(succeeded);
    given(created, started).when(succeedTask).thenState({ status: 'success', expiresAt: EXPIRES_AT });
    const message = 'Copied 5 MiB';
    given(created, started)
      .when({ ...succeedTask, message })
      .thenEvents({ ...succeeded, data: { ...succeeded.data, message } });
  });

  it('fails with a message, also when nobody has begun with it', () => {
    given(created).when(failTask).thenEvents(failed);
    given(created, started).when(failTask).thenState({ status: 'failure', expiresAt: EXPIRES_AT });
  });

  describe.each(endings)('that has ended (%s)', (status, history) => {
    it('does not end again', () => {
      given(...history)
        .when(succeedTask)
        .thenNothing();
      given(...history)
        .when(failTask)
        .thenNothing();
    });

    it.each([
      ['begun', startTask],
      ['continued', completeStep('download')],
      ['tried again', failAttempt],
    ])('is not %s', (_, command) => {
      given(...history)
        .when(command)
        .thenRejects(TaskStatusConflict, undefined, { status });
    });
  });

  it('expires when it has ended and its time is over, once', () => {
    given(created, started, failed).when(expireTask(EXPIRES_AT)).thenEvents(expired);
    given(created, started, failed, expired).when(expireTask(EXPIRES_AT)).thenNothing();
  });

  it.each([
    ['is pending', [created], EXPIRES_AT],
    ['is processing', [created, started], EXPIRES_AT],
    ['ended not long ago', [created, started, succeeded], NOW],
  ] as const)('does not expire while it %s', (_, history, now) => {
    given(...history)
      .when(expireTask(now))
      .thenRejects(TaskStatusConflict, /cannot expire yet/);
  });

  it('whatever is asked in whatever order: refuses in its own words, and stays ended once it has ended', () => {
    const anything = fc.constantFrom<TaskCommand>(createTask(), ...beyondStart, completeStep('store'));
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 15 }), (commands) => {
        let state = taskDecider.initialState;
        for (const command of commands) {
          const [before, ended] = [state, hasEnded(state)];
          try {
            state = taskDecider.decide(command, state).reduce(taskDecider.evolve, state);
          } catch (error) {
            expect(error).toBeInstanceOf(DomainError);
          }
          if (ended) expect([before.status, 'expired']).toContain(state.status);
          expect(hasEnded(state)).toBe(state.expiresAt !== null);
        }
      }),
    );
  });
});
