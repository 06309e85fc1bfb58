import fc from 'fast-check';
import { leastRecentlyUsed } from '../../../../src/stores/cache/least-recently-used.js';

const entries = fc.uniqueArray(
  fc.record({
    imageId: fc.uuid(),
    sizeBytes: fc.integer({ min: 1, max: 1000 }),
    lastAccessedMs: fc.integer({ min: 0, max: 20 }),
  }),
  { selector: ({ imageId }) => imageId, maxLength: 30 },
);
const limit = fc.integer({ min: 0, max: 10_000 });
const bytesOf = (list: readonly { sizeBytes: number }[]): number =>
  list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

describe('what was least recently used', () => {
  it('is removed until the rest is small enough, and no further', () => {
    fc.assert(
      fc.property(entries, limit, (all, maxBytes) => {
        const removed = leastRecentlyUsed(all, maxBytes);
        const kept = all.filter((entry) => !removed.includes(entry));
        expect(bytesOf(kept)).toBeLessThanOrEqual(maxBytes);
        const last = removed.at(-1);
        if (last !== undefined) expect(bytesOf(kept) + last.sizeBytes).toBeGreaterThan(maxBytes);
      }),
    );
  });

  it('was read no later than anything that stays', () => {
    fc.assert(
      fc.property(entries, limit, (all, maxBytes) => {
        const removed = leastRecentlyUsed(all, maxBytes);
        const youngest = Math.max(-1, ...removed.map(({ lastAccessedMs }) => lastAccessedMs));
        for (const entry of all)
          if (!removed.includes(entry)) expect(entry.lastAccessedMs).toBeGreaterThanOrEqual(youngest);
      }),
    );
  });

  it('is the same in whatever order the entries come', () => {
    fc.assert(
      fc.property(entries, limit, (all, maxBytes) => {
        expect(leastRecentlyUsed(all.toReversed(), maxBytes)).toEqual(leastRecentlyUsed(all, maxBytes));
      }),
    );
  });
});
