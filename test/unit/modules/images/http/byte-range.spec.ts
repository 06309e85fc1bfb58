import fc from 'fast-check';
import { HttpProblem } from '../../../../../src/http/http-problem.js';
import { parseByteRange } from '../../../../../src/modules/images/http/byte-range.js';
import { timeLimitChecked } from '../../../../support/time-limit.js';

const SIZE = 10;

const answer = (headers: Parameters<typeof parseByteRange>[0], size = SIZE) => {
  try {
    const range = parseByteRange(headers, size);
    return range === null ? 'all' : `${range.offset}+${range.length}`;
  } catch (error) {
    if (error instanceof HttpProblem) return error.status;
    throw error;
  }
};

describe('the range of a download of 10 bytes', () => {
  it.each([
    ['bytes=0-4', '0+5'],
    ['bytes=3-5', '3+3'],
    ['bytes=4-', '4+6'],
    ['bytes=0-100', '0+10'],
    ['bytes=4-100', '4+6'],
    ['bytes=-2', '8+2'],
    ['bytes=-20', '0+10'],
    ['bytes=-0', '0+10'],
    ['BYTES = 0-0', '0+1'],
    [' bytes  =  3  -  5  ', '3+3'],
    ['bytes= -2', '8+2'],
    ['bytes=10-', 416],
    ['bytes=100-', 416],
    ['bytes=5-2', 416],
    ['bytes=abc', 416],
    ['bytes=1', 416],
    ['bytes=', 416],
    ['bytes=-', 416],
    ['items=0-1', 416],
    ['bytes=0-1,3-4', 400],
  ])('%s is %s', (range, expected) => {
    expect(answer({ range })).toBe(expected);
  });

  it.each([
    ['bytes 3-8/10', '3+6'],
    ['bytes 0-0/10', '0+1'],
    ['bytes 3-8/*', '3+6'],
    ['bytes 3-16/*', 416],
    ['bytes 3-16/15', 416],
    ['bytes 10-10/11', 416],
    ['bytes 5-3/10', 416],
    ['bytes=3-8', 416],
  ])('by the older header %s is %s', (contentRange, expected) => {
    expect(answer({ 'content-range': contentRange })).toBe(expected);
  });

  it('lies within the data, or is refused with 400 or 416, whatever the header holds', () => {
    const header = fc.string({ unit: fc.constantFrom('bytes', '=', '-', ',', '/', '*', ' ', '\t', '0', '9', 'x') });
    fc.assert(
      fc.property(header, header, fc.nat(20), (range, contentRange, size) => {
        for (const headers of [{ range }, { 'content-range': contentRange }]) {
          const found = answer(headers, size);
          if (typeof found === 'number') expect([400, 416]).toContain(found);
          else {
            const [offset = NaN, length = NaN] = found.split('+').map(Number);
            expect(offset >= 0 && length > 0 && offset + length <= size).toBe(true);
          }
        }
      }),
    );
  });

  it('is refused at once when it is mostly blanks', async () => {
    const blanks = ' '.repeat(10_000);
    expect(answer({ range: `bytes=${blanks}-${blanks}x` })).toBe(416);
    expect(answer({ range: `bytes=${blanks}x` })).toBe(416);
    expect(answer({ 'content-range': `bytes${blanks}x` })).toBe(416);
    await timeLimitChecked();
  });

  it('is all of it without a header, and Range wins over the older one', () => {
    expect(answer({})).toBe('all');
    expect(answer({ range: 'bytes=1-1', 'content-range': 'bytes 0-0/10' })).toBe('1+1');
  });

  it('cannot be satisfied when there are no bytes', () => {
    expect(answer({ range: 'bytes=0-' }, 0)).toBe(416);
    expect(answer({ range: 'bytes=-5' }, 0)).toBe(416);
  });
});
