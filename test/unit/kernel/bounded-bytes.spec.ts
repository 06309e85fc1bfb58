import { bytesUpTo } from '../../../src/kernel/bounded-bytes.js';

describe('bytes up to a limit', () => {
  let produced: number;
  let closed: boolean;
  const chunks = async function* (...texts: string[]): AsyncGenerator<Buffer> {
    try {
      for (const text of texts) {
        produced += 1;
        yield await Promise.resolve(Buffer.from(text));
      }
    } finally {
      closed = true;
    }
  };
  beforeEach(() => {
    [produced, closed] = [0, false];
  });

  it.each([[[]], [['']], [['ab', 'c']], [['abcd']]])('are all of %j', async (texts) => {
    expect((await bytesUpTo(4, chunks(...texts)))?.toString()).toBe(texts.join(''));
  });

  it('are none when there are more, and the rest is not read', async () => {
    expect(await bytesUpTo(4, chunks('abc', 'de', 'f'))).toBeNull();
    expect([produced, closed]).toEqual([2, true]);
  });
});
