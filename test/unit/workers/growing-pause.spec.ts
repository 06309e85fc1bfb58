import { growingPauseMs } from '../../../src/workers/growing-pause.js';

describe('a growing pause', () => {
  it('doubles from 200 ms to half a minute', () => {
    expect([1, 2, 3, 8, 9, 1_000_000].map(growingPauseMs)).toEqual([200, 400, 800, 25_600, 30_000, 30_000]);
  });
});
