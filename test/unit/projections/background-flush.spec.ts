import { BackgroundFlush } from '../../../src/projections/database/background-flush.js';

/** A file whose flushes end when the test says so. */
class SlowFile {
  flushes = 0;
  isClosed = false;
  private readonly ends: PromiseWithResolvers<undefined>[] = [];

  readonly open = (): Promise<Pick<SlowFile, 'datasync' | 'close'>> => Promise.resolve(this);

  datasync(): Promise<void> {
    this.flushes += 1;
    const end = Promise.withResolvers<undefined>();
    this.ends.push(end);
    return end.promise;
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  async endFlush(outcome: 'done' | 'failed' = 'done'): Promise<void> {
    const end = this.ends.shift()!;
    if (outcome === 'done') end.resolve(undefined);
    else end.reject(new Error('EIO'));
    await turn();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('A log that is flushed in the background', () => {
  let file: SlowFile;
  let flush: BackgroundFlush;
  const commit = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n += 1) flush.committed();
    await turn();
  };

  beforeEach(() => {
    file = new SlowFile();
    flush = new BackgroundFlush(file.open, 3);
  });

  it('is flushed once in so many commits', async () => {
    await commit(2);
    expect(file.flushes).toBe(0);
    await commit(1);
    expect(file.flushes).toBe(1);
    await file.endFlush();
    await commit(2);
    expect(file.flushes).toBe(1);
    await commit(1);
    expect(file.flushes).toBe(2);
  });

  it('is not flushed twice at a time, and again as soon as there was enough meanwhile', async () => {
    await commit(9);
    expect(file.flushes).toBe(1);
    await file.endFlush();
    await commit(1);
    expect(file.flushes).toBe(2);
  });

  it('goes on after a flush that failed', async () => {
    await commit(3);
    await file.endFlush('failed');
    await commit(3);
    expect(file.flushes).toBe(2);
  });

  it('is closed when the flush under way has ended', async () => {
    await commit(3);
    const closing = flush.close();
    await turn();
    expect(file.isClosed).toBe(false);
    await file.endFlush();
    await closing;
    expect(file.isClosed).toBe(true);
  });

  it('that was never flushed is not opened to be closed', async () => {
    await flush.close();
    expect(file.isClosed).toBe(false);
  });
});
