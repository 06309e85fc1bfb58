import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pacing } from '../../../src/stores/byte-rate.js';
import { StoreTraffic } from '../../../src/stores/store-traffic.js';

const NEVER = new AbortController().signal;

/** A clock that only pauses move on. */
class TestTime implements Pacing {
  at = 0;
  now = (): number => this.at;
  pause = (ms: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    this.at += ms;
    return Promise.resolve();
  };
}

const limits = { id: 'slow', taskWriteBytesPerS: 0, taskWriteConcurrency: 0 };

async function* chunksOf(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield await Promise.resolve(new Uint8Array(size));
}

describe('what tasks write to a store at a time', () => {
  const begin = (traffic: StoreTraffic, storeId: string, signal = NEVER) => {
    const end = Promise.withResolvers<string>();
    const work = { begun: false, end: end.resolve, fail: end.reject, result: Promise.resolve('') };
    work.result = traffic.run(
      storeId,
      () => {
        work.begun = true;
        return end.promise;
      },
      signal,
    );
    work.result.catch(() => undefined);
    return work;
  };

  it('is limited by number: who comes first goes first, and who fails makes room, too', async () => {
    const traffic = new StoreTraffic([{ ...limits, taskWriteConcurrency: 2 }]);
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => begin(traffic, 'slow'));
    await nextTurn();
    expect([first, second, third, fourth].map((work) => work?.begun)).toEqual([true, true, false, false]);
    second?.fail(new Error('no room'));
    await expect(second?.result).rejects.toThrow('no room');
    await nextTurn();
    expect([third?.begun, fourth?.begun]).toEqual([true, false]);
    first?.end('one');
    expect(await first?.result).toBe('one');
    await nextTurn();
    expect(fourth?.begun).toBe(true);
  });

  it('waits no longer when it has to stop, and leaves its turn to others', async () => {
    const traffic = new StoreTraffic([{ ...limits, taskWriteConcurrency: 1 }]);
    const stopping = new AbortController();
    const first = begin(traffic, 'slow');
    const stopped = begin(traffic, 'slow', stopping.signal);
    const last = begin(traffic, 'slow');
    stopping.abort(new Error('stopping'));
    await expect(stopped.result).rejects.toThrow('stopping');
    first.end('one');
    await first.result;
    await nextTurn();
    expect([stopped.begun, last.begun]).toEqual([false, true]);
    await expect(begin(traffic, 'slow', stopping.signal).result).rejects.toThrow('stopping');
  });

  it('is not limited without an option, and one store does not hold up another', async () => {
    const traffic = new StoreTraffic([
      { ...limits, taskWriteConcurrency: 1 },
      { ...limits, id: 'free' },
    ]);
    const works = ['slow', 'free', 'free', 'unknown', 'unknown'].map((storeId) => begin(traffic, storeId));
    await nextTurn();
    expect(works.map(({ begun }) => begun)).toEqual([true, true, true, true, true]);
  });
});

describe('how fast tasks write to a store', () => {
  let time: TestTime;
  beforeEach(() => (time = new TestTime()));

  const throttled = (bytesPerS: number) => new StoreTraffic([{ ...limits, taskWriteBytesPerS: bytesPerS }], time);

  it('is the given number of bytes per second, after a first chunk without a pause', async () => {
    const data = throttled(100).throttle('slow', chunksOf(50, 100, 25));
    const arrivals: (readonly [atMs: number, bytes: number])[] = [];
    for await (const chunk of data) arrivals.push([time.at, chunk.byteLength]);
    expect(arrivals).toEqual([
      [0, 50],
      [500, 100],
      [1500, 25],
    ]);
  });

  it('is shared by all tasks', async () => {
    const traffic = throttled(100);
    await Array.fromAsync(traffic.throttle('slow', chunksOf(50, 50)));
    await Array.fromAsync(traffic.throttle('slow', chunksOf(50, 50)));
    expect(time.at).toBe(1500);
  });

  it('does not save up what was not used', async () => {
    const traffic = throttled(100);
    await Array.fromAsync(traffic.throttle('slow', chunksOf(50)));
    time.at = 60_000;
    await Array.fromAsync(traffic.throttle('slow', chunksOf(50, 50, 50)));
    expect(time.at).toBe(61_000);
  });

  it('is not limited without an option', async () => {
    const traffic = throttled(0);
    for (const storeId of ['slow', 'unknown']) {
      await Array.fromAsync(traffic.throttle(storeId, chunksOf(1e6, 1e6)));
    }
    expect(time.at).toBe(0);
  });

  it('ends a pause when it has to stop', async () => {
    const stopping = new AbortController();
    const data = throttled(1).throttle('slow', chunksOf(50, 50), stopping.signal);
    stopping.abort(new Error('stopping'));
    await expect(Array.fromAsync(data)).rejects.toThrow('stopping');
  });
});
