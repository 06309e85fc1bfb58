import { LazyCheckpoint } from '../../../../src/workers/consumers/lazy-checkpoint.js';
import { eventually } from '../../../support/eventually.js';

describe('a checkpoint that is saved from time to time', () => {
  let position = 0;
  let saved: number[];
  let failures = 0;
  let checkpoint: LazyCheckpoint;

  beforeEach(() => {
    [position, failures, saved] = [0, 0, []];
    checkpoint = new LazyCheckpoint(() => {
      if (failures-- > 0) return Promise.reject(new Error('the database is away'));
      saved.push(position);
      return Promise.resolve();
    });
  });
  afterEach(() => checkpoint.end());

  const moveTo = (to: number): void => {
    position = to;
    checkpoint.touch();
  };

  it('is saved at once, and then once for all that comes meanwhile', async () => {
    for (let to = 1; to <= 100; to += 1) moveTo(to);
    await eventually(() => expect(saved).toEqual([1, 100]));
  });

  it('is saved again whenever it moves', async () => {
    moveTo(1);
    await eventually(() => expect(saved).toEqual([1]));
    for (let to = 2; to <= 4; to += 1) {
      moveTo(to);
      await eventually(() => expect(saved.at(-1)).toBe(to));
    }
  });

  it('is saved later when it cannot be saved now', async () => {
    failures = 2;
    moveTo(1);
    await eventually(() => expect(saved).toEqual([1]));
  });

  it('is saved at the end', async () => {
    moveTo(1);
    moveTo(2);
    await checkpoint.end();
    expect(saved).toEqual([1, 2]);
  });
});
