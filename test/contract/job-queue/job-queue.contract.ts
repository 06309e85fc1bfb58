import { once } from 'node:events';
import { PostponeJob } from '../../../src/workers/queue/job-queue.js';
import type { Job, JobProcessor, JobQueue } from '../../../src/workers/queue/job-queue.js';
import { eventually } from '../../support/eventually.js';
import { Gate } from './gate.js';

/** `connect` gives the queue as another process sees it; `shared` says whether they see each other's jobs. */
export type JobQueueHarness = Readonly<{
  shared: boolean;
  connect: () => Promise<JobQueue>;
  tearDown: () => Promise<void>;
}>;

export const job = (taskId: string, priority = 10): Job => ({ taskId, priority });
const jobs = (count: number): Job[] => Array.from({ length: count }, (_, n) => job(`t${n}`));

export const untilAborted = async (signal: AbortSignal): Promise<never> => {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
};

export function jobQueueContract(name: string, setUp: () => Promise<JobQueueHarness>): void {
  describe(`JobQueue contract: ${name}`, () => {
    let harness: JobQueueHarness;
    let queue: JobQueue;
    let opened: JobQueue[];
    let done: string[];
    let failures: string[];

    const open = async (): Promise<JobQueue> => {
      const another = await harness.connect();
      opened.push(another);
      return another;
    };

    beforeEach(async () => {
      harness = await setUp();
      [opened, done, failures] = [[], [], []];
      queue = await open();
    });
    afterEach(async () => {
      await Promise.all(opened.map((each) => each.close(AbortSignal.abort())));
      await harness.tearDown();
    });

    const noteFailure = ({ taskId }: Job, error: unknown): void =>
      void failures.push(`${taskId}: ${error instanceof Error ? error.message : String(error)}`);

    const start = (processor: JobProcessor, concurrency = 1, on = queue): Promise<void> =>
      on.process(processor, concurrency, noteFailure);

    const noting: JobProcessor = ({ taskId }) => Promise.resolve(void done.push(taskId));

    const untilEmpty = (): Promise<void> =>
      eventually(async () => expect(await queue.counts()).toEqual({ waiting: 0, active: 0 }));

    it('does what was added before and after it began', async () => {
      await queue.enqueue([job('before')]);
      await start(noting);
      await queue.enqueue([job('after')]);
      await eventually(() => expect(done).toEqual(['before', 'after']));
      await untilEmpty();
      expect(failures).toEqual([]);
    });

    it('tells the processor the task and the priority', async () => {
      const seen: Job[] = [];
      await start((each) => Promise.resolve(void seen.push(each)));
      await queue.enqueue([job('c7e2a1de-3a0f-4a3b-9d3c-0123456789ab', 7)]);
      await eventually(() => expect(seen).toEqual([job('c7e2a1de-3a0f-4a3b-9d3c-0123456789ab', 7)]));
    });

    it('has one job for a task, waiting or being done', async () => {
      const gate = new Gate();
      await queue.enqueue([job('twice'), job('twice'), job('last', 11)]);
      await queue.enqueue([job('twice')]);
      await start(async (each) => {
        await gate.passed();
        await noting(each, new AbortController().signal);
      });
      await eventually(async () => expect((await queue.counts()).active).toBe(1));
      await queue.enqueue([job('twice')]);
      expect(await queue.counts()).toEqual({ waiting: 1, active: 1 });
      gate.open();
      await eventually(() => expect(done).toEqual(['twice', 'last']));
      await untilEmpty();
      expect(done).toEqual(['twice', 'last']);
    });

    it('does a job again that is added after it was done', async () => {
      await start(noting);
      await queue.enqueue([job('again')]);
      await eventually(() => expect(done).toEqual(['again']));
      await untilEmpty();
      await queue.enqueue([job('again')]);
      await eventually(() => expect(done).toEqual(['again', 'again']));
    });

    it('does what has the smaller priority number first, and equal ones as they came', async () => {
      await queue.enqueue([job('third', 10), job('fifth', 2 ** 21 - 1), job('first', 1), job('fourth', 10)]);
      await queue.enqueue([job('second', 1)]);
      await start(noting);
      await eventually(() => expect(done).toEqual(['first', 'second', 'third', 'fourth', 'fifth']));
    });

    it('does as many at a time as it was told, and no more', async () => {
      const gate = new Gate();
      let [now, most] = [0, 0];
      await queue.enqueue(jobs(9));
      await start(async (each) => {
        now += 1;
        most = Math.max(most, now);
        await gate.passed();
        now -= 1;
        done.push(each.taskId);
      }, 3);
      await eventually(async () => expect(await queue.counts()).toEqual({ waiting: 6, active: 3 }));
      expect(now).toBe(3);
      gate.open();
      await eventually(() => expect(done).toHaveLength(9));
      expect(most).toBe(3);
    });

    it('tries again what failed, tells of each failure, and does others meanwhile', async () => {
      let attempts = 0;
      await start((each) => {
        if (each.taskId === 'fails' && ++attempts < 3) return Promise.reject(new Error(`attempt ${attempts}`));
        return Promise.resolve(void done.push(each.taskId));
      });
      await queue.enqueue([job('fails'), job('works')]);
      await eventually(() => expect(done).toEqual(['works', 'fails']));
      expect(failures).toEqual(['fails: attempt 1', 'fails: attempt 2']);
      await untilEmpty();
    });

    it('keeps the job of a task while it waits for its next attempt', async () => {
      let attempts = 0;
      await start((each) => {
        if (++attempts === 1) return Promise.reject(new Error('not yet'));
        return Promise.resolve(void done.push(each.taskId));
      });
      await queue.enqueue([job('fails')]);
      await eventually(() => expect(failures).toHaveLength(1));
      await queue.enqueue([job('fails')]);
      await eventually(() => expect(done).toEqual(['fails']));
      await untilEmpty();
      expect(attempts).toBe(2);
    });

    it('calls a postponed job again, and does not count that as a failure', async () => {
      let attempts = 0;
      await start((each) => {
        if (each.taskId === 'later' && ++attempts < 4) return Promise.reject(new PostponeJob(20));
        return Promise.resolve(void done.push(each.taskId));
      });
      await queue.enqueue([job('later'), job('now')]);
      await eventually(() => expect(done).toEqual(['now', 'later']));
      expect(failures).toEqual([]);
    });

    it('lets jobs end within the grace time when it is closed, and takes no others', async () => {
      const gate = new Gate();
      await queue.enqueue([job('running'), job('waiting')]);
      const signals: AbortSignal[] = [];
      await start(async (each, signal) => {
        signals.push(signal);
        await gate.passed();
        done.push(each.taskId);
      });
      await eventually(() => expect(signals).toHaveLength(1));
      const closed = queue.close(AbortSignal.timeout(60_000));
      gate.open();
      await closed;
      expect(done).toEqual(['running']);
      expect(signals[0]!.aborted).toBe(false);
    });

    it('ends jobs after the grace time, which is no failure, and resolves when they have ended', async () => {
      await queue.enqueue([job('long')]);
      let [begun, ended] = [0, 0];
      await start(async (_, signal) => {
        begun += 1;
        await untilAborted(signal).finally(() => (ended += 1));
      });
      await eventually(() => expect(begun).toBe(1));
      await queue.close(AbortSignal.timeout(10));
      expect(ended).toBe(1);
      expect(failures).toEqual([]);
    });

    it('can be closed twice, and without having done anything', async () => {
      await queue.close(AbortSignal.abort());
      await queue.close(AbortSignal.abort());
    });

    it('shares jobs among processes, or says by what it leaves undone that it does not', async () => {
      const gate = new Gate();
      const by: Record<'one' | 'other', string[]> = { one: [], other: [] };
      const noteBy =
        (who: 'one' | 'other'): JobProcessor =>
        async ({ taskId }) => {
          by[who].push(taskId);
          await gate.passed();
        };
      const other = await open();
      await start(noteBy('one'), 2);
      await start(noteBy('other'), 2, other);
      await queue.enqueue(jobs(4));
      const shares = harness.shared ? { one: 2, other: 2 } : { one: 2, other: 0 };
      await eventually(() => expect({ one: by.one.length, other: by.other.length }).toEqual(shares));
      gate.open();
      await untilEmpty();
      expect([...by.one, ...by.other].sort()).toEqual(['t0', 't1', 't2', 't3']);
    });

    it('gives what it could not end to another process at once, where jobs are shared', async () => {
      await queue.enqueue([job('long', 5)]);
      let begun = 0;
      await start(async (_, signal) => {
        begun += 1;
        await untilAborted(signal);
      });
      await eventually(() => expect(begun).toBe(1));
      const other = await open();
      await start(noting, 1, other);
      await queue.close(AbortSignal.abort());
      if (harness.shared) await eventually(() => expect(done).toEqual(['long']));
      else expect(await other.counts()).toEqual({ waiting: 0, active: 0 });
    });
  });
}
