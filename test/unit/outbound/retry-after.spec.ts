import { retryAfterMs } from '../../../src/outbound/retry-after.js';

describe('what a server says of when to ask again', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['Fri, 02 Jan 2026 03:00:00 GMT', 0],
    ['Fri, 32 Jan 2026 03:00:00 GMT', null],
    ['2026-01-02T03:05:05Z', null],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('is in %j: %s ms', (header, ms) => {
    expect(retryAfterMs(header, new Date('2026-01-02T03:04:05Z'))).toBe(ms);
  });
});
