import { IdentityUnavailable } from '../../../../src/auth/auth.errors.js';
import { ConcurrencyLimit } from '../../../../src/auth/builtin/concurrency-limit.js';

describe('a concurrency limit', () => {
  it('runs no more at once than allowed, and all in the end', async () => {
    const limit = new ConcurrencyLimit(2, 10);
    let [running, most] = [0, 0];
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 9 }, () => limit.run(work)));

    expect(most).toBe(2);
    expect(running).toBe(0);
  });

  it('refuses when too many are waiting, and goes on afterwards', async () => {
    const limit = new ConcurrencyLimit(1, 1);
    let finish = (): void => undefined;
    const first = limit.run(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = limit.run(() => Promise.resolve('second'));

    await expect(limit.run(() => Promise.resolve())).rejects.toBeInstanceOf(IdentityUnavailable);
    finish();
    await first;
    expect(await second).toBe('second');
    expect(await limit.run(() => Promise.resolve('third'))).toBe('third');
  });

  it('gives the place free when work fails', async () => {
    const limit = new ConcurrencyLimit(1, 1);
    await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    expect(await limit.run(() => Promise.resolve('next'))).toBe('next');
  });
});
