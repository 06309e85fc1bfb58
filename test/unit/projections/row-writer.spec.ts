import { insertionsOf } from '../../../src/projections/database/row-writer.js';

const rows = (count: number, text = '') => Array.from({ length: count }, (_, id) => ({ id, text }));
const sizes = (...[many, most]: Parameters<typeof insertionsOf>): number[] =>
  Array.from(insertionsOf(many, most), (insertion) => insertion.length);

describe('insertions of rows', () => {
  it('have many rows, or as many as a chunk, or what is left', () => {
    expect(sizes(rows(0), 500)).toEqual([]);
    expect(sizes(rows(7), 500)).toEqual([7]);
    expect(sizes(rows(1111), 500)).toEqual([500, 500, 50, 50, 11]);
    expect(sizes(rows(120), 50)).toEqual([50, 50, 20]);
  });

  it('hold every row once, in their order', () => {
    const many = rows(1234);
    expect([...insertionsOf(many, 500)].flat()).toEqual(many);
  });

  it('have fewer rows where those are long, and one that is too long by itself', () => {
    expect(sizes(rows(500, 'x'.repeat(10_000)), 500)).toEqual(Array.from({ length: 10 }, () => 50));
    expect(sizes(rows(3, 'x'.repeat(3_000_000)), 500)).toEqual([1, 1, 1]);
  });
});
