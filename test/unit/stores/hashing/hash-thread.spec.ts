import { createHash } from 'node:crypto';
import { HashThread } from '../../../../src/stores/hashing/hash-thread.js';
import { HashAlgorithmUnknown, HashingFailed } from '../../../../src/stores/stores.errors.js';

describe('a hash thread', () => {
  const thread = new HashThread('sha256');
  const ignore = (): void => undefined;
  const memoryWith = (text: string): SharedArrayBuffer => {
    const memory = new SharedArrayBuffer(64);
    new Uint8Array(memory).set(Buffer.from(text));
    return memory;
  };
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

  afterAll(() => thread.close());

  it('hashes the parts of shared memory that it is told of, in order', async () => {
    const hashed: number[] = [];
    const job = thread.open(memoryWith('hello world'), (slot) => hashed.push(slot));
    job.update(1, 6, 5);
    job.update(0, 0, 5);
    job.finish();
    expect(await job.digest).toBe(sha256('worldhello'));
    expect(hashed).toEqual([1, 0]);
  });

  it('keeps jobs apart, and goes on when one is dropped', async () => {
    const jobs = ['one', 'two', 'six'].map((text) => thread.open(memoryWith(text), ignore));
    for (const job of jobs) job.update(0, 0, 3);
    jobs[1]!.drop();
    jobs[0]!.finish();
    jobs[2]!.finish();
    expect(await Promise.all([jobs[0]!.digest, jobs[2]!.digest])).toEqual([sha256('one'), sha256('six')]);
  });

  it('fails what is in flight and frees its slots when it dies, then starts again', async () => {
    const freed: number[] = [];
    const victim = thread.open(memoryWith('victim'), (slot) => freed.push(slot));
    victim.update(0, 1_000_000, 5); // Outside of the memory: the thread throws and ends.
    victim.update(1, 0, 6);
    await expect(victim.digest).rejects.toBeInstanceOf(HashingFailed);
    expect(freed).toEqual([0, 1]);
    victim.update(2, 0, 6);
    expect(freed).toEqual([0, 1, 2]);

    const next = thread.open(memoryWith('next'), ignore);
    next.update(0, 0, 4);
    next.finish();
    expect(await next.digest).toBe(sha256('next'));
  });

  it('fails what is in flight when it is closed, and takes no more', async () => {
    const closing = new HashThread('md5');
    const job = closing.open(memoryWith('x'), ignore);
    await closing.close();
    await expect(job.digest).rejects.toBeInstanceOf(HashingFailed);
    expect(() => closing.open(memoryWith('x'), ignore)).toThrow(HashingFailed);
  });

  it('refuses an algorithm that the platform does not know', () => {
    expect(() => new HashThread('sha1024')).toThrow(HashAlgorithmUnknown);
  });
});
