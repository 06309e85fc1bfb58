import { BoundedCache } from '../../../src/auth/bounded-cache.js';

describe('a bounded cache', () => {
  it('forgets a value when its time is over', () => {
    const cache = new BoundedCache<string>(2);
    cache.set('a', 'A', 1000);

    expect(cache.get('a', 999)).toBe('A');
    expect(cache.get('a', 1000)).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('drops what was used least recently when it is full', () => {
    const cache = new BoundedCache<string>(2);
    cache.set('a', 'A', 1000);
    cache.set('b', 'B', 1000);
    cache.get('a', 0);
    cache.set('c', 'C', 1000);

    expect(['a', 'b', 'c'].map((key) => cache.get(key, 0))).toEqual(['A', undefined, 'C']);
  });

  it('replaces a value without growing', () => {
    const cache = new BoundedCache<string>(2);
    cache.set('a', 'A', 1000);
    cache.set('a', 'other', 2000);

    expect(cache.get('a', 1500)).toBe('other');
    expect(cache.size).toBe(1);
  });
});
