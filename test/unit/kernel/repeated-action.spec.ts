import { RepeatedAction } from '../../../src/kernel/repeated-action.js';

describe('a repeated action', () => {
  const finishers: (() => void)[] = [];
  let begun: number;
  let action: RepeatedAction<number>;

  beforeEach(() => {
    begun = 0;
    finishers.length = 0;
    action = new RepeatedAction(async () => {
      begun += 1;
      const number = begun;
      await new Promise<void>((resolve) => finishers.push(resolve));
      return number;
    });
  });

  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };

  it('is done once more for all who ask while it goes on, and only after it', async () => {
    const first = action.ask();
    await turns();
    const [second, third] = [action.ask(), action.ask()];
    await turns();
    expect(begun).toBe(1);

    finishers[0]?.();
    expect(await first).toBe(1);
    await turns();
    expect(begun).toBe(2);
    finishers[1]?.();
    expect(await Promise.all([second, third])).toEqual([2, 2]);
  });

  it('is settled when all that was asked for is done, or nothing was', async () => {
    await action.settled();
    void action.ask();
    let isSettled = false;
    const settled = action.settled().then(() => (isSettled = true));
    await turns();
    expect(isSettled).toBe(false);

    finishers[0]?.();
    await settled;
    expect(begun).toBe(1);
  });
});
