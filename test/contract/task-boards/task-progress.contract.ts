import type { TaskProgress, TaskProgressBoard } from '../../../src/kernel/task-progress.js';

/** `connect` gives the board as another process sees it. */
type BoardHarness = Readonly<{ connect: () => Promise<TaskProgressBoard>; tearDown: () => Promise<void> }>;

const begun: TaskProgress = {
  step: 'download',
  bytesDone: 0,
  bytesExpected: null,
  updatedAt: '2026-03-01T00:00:00.000Z',
};
const later: TaskProgress = {
  step: 'store',
  bytesDone: 9_007_199_254_740_991,
  bytesExpected: 9_007_199_254_740_991,
  updatedAt: '2026-03-01T00:00:00.001Z',
};

export function taskProgressContract(name: string, setUp: () => Promise<BoardHarness>): void {
  describe(`TaskProgressBoard contract: ${name}`, () => {
    let harness: BoardHarness;
    let worker: TaskProgressBoard;
    let reader: TaskProgressBoard;

    beforeEach(async () => {
      harness = await setUp();
      [worker, reader] = [await harness.connect(), await harness.connect()];
    });
    afterEach(() => harness.tearDown());

    it('shows every process the latest report', async () => {
      await worker.report('t', begun);
      expect(await reader.find(['t'])).toEqual(new Map([['t', begun]]));
      await worker.report('t', later);
      expect(await reader.find(['t'])).toEqual(new Map([['t', later]]));
    });

    it('leaves out tasks that never reported, or are forgotten', async () => {
      await worker.report('t', begun);
      await worker.report('u', begun);
      await worker.forget('t');
      await worker.forget('never');
      expect([...(await reader.find(['t', 'u', 'never'])).keys()]).toEqual(['u']);
      expect((await reader.find([])).size).toBe(0);
    });

    it('shows hundreds of tasks at once', async () => {
      const ids = Array.from({ length: 120 }, (_, index) => `task-${index}`);
      for (const id of ids) await worker.report(id, begun);
      expect([...(await reader.find(ids)).keys()].sort()).toEqual([...ids].sort());
    });

    it('takes reports of several processes about one task', async () => {
      await Promise.all([worker, reader].flatMap((board) => [board.report('t', later), board.report('t', later)]));
      expect(await reader.find(['t'])).toEqual(new Map([['t', later]]));
    });
  });
}
