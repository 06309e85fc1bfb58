import { taskProgressFeed } from '../../../../../src/modules/tasks/http/task-progress.feed.js';
import type { TaskView } from '../../../../../src/modules/tasks/queries/task.queries.js';
import { halfDone, taskView } from '../../../../support/task-views.builder.js';

const PROCESSING = taskView({ status: 'processing', progress: halfDone });

/** A feed that sees one state after the other, and then is told to end. */
const feedOf = (states: readonly TaskView[]): Promise<string[]> => {
  const left = [...states];
  const look = () => Promise.resolve(left.shift()!);
  const pause = () => Promise.resolve(left.length > 0);
  return Array.fromAsync(taskProgressFeed(look, pause));
};

const progress = (data: object): string => `event: progress\ndata: ${JSON.stringify(data)}\n\n`;

const pendingState = { status: 'pending', step: null, bytes_done: null, bytes_expected: null, message: '' };
const halfState = {
  status: 'processing',
  step: 'download',
  bytes_done: 5242887,
  bytes_expected: 10485760,
  message: 'Copied 5 MiB',
};
const failedState = { ...pendingState, status: 'failure', message: 'no such host' };

describe('the feed of a task', () => {
  it('tells every change once, and ends with the task', async () => {
    const failed = taskView({ status: 'failure', message: 'no such host', progress: halfDone });
    expect(await feedOf([taskView(), taskView(), PROCESSING, PROCESSING, failed, failed])).toEqual([
      progress(pendingState),
      progress(halfState),
      progress(failedState),
      `event: end\ndata: ${JSON.stringify(failedState)}\n\n`,
    ]);
  });

  it('tells of a task that has ended already', async () => {
    const events = await feedOf([taskView({ status: 'success' })]);
    expect(events.map((event) => event.split('\n')[0])).toEqual(['event: progress', 'event: end']);
  });

  it('just ends when it is told to', async () => {
    expect(await feedOf([PROCESSING])).toEqual([progress(halfState)]);
  });

  it('gives a sign of life now and then when there is no news', async () => {
    const quiet = Array.from({ length: 1 + 60 + 60 }, () => PROCESSING);
    expect(await feedOf(quiet)).toEqual([progress(halfState), ': still here\n\n', ': still here\n\n']);
  });

  it('breaks off when the task cannot be looked at any more', async () => {
    const feed = taskProgressFeed(
      () => Promise.reject(new Error('gone')),
      () => Promise.resolve(true),
    );
    await expect(Array.fromAsync(feed)).rejects.toThrow('gone');
  });
});
