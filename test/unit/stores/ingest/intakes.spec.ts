import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Intakes } from '../../../../src/stores/ingest/intakes.js';
import { SizeLimitExceeded, SizeMismatch, UploadAborted } from '../../../../src/stores/stores.errors.js';

const NEVER = new AbortController().signal;

describe('an intake without hash threads', () => {
  const intakes = new Intakes([]);
  const noLimits = { maxBytes: null, expectedBytes: null };

  const collect = async (data: AsyncIterable<Uint8Array>): Promise<Buffer> => {
    const copies: Buffer[] = [];
    for await (const chunk of data) copies.push(Buffer.from(chunk));
    return Buffer.concat(copies);
  };

  it.each([0, 1, 1024 * 1024, 20 * 1024 * 1024 + 7])(
    'passes on %i bytes as they came, and counts them',
    async (size) => {
      const sent = randomBytes(size);
      const { data, passed } = intakes.open(Readable.from([sent]), noLimits, NEVER);
      expect((await collect(data)).equals(sent)).toBe(true);
      expect(await passed).toEqual({ sizeBytes: size, digests: [] });
    },
  );

  it.each([
    ['more than one image may have', SizeLimitExceeded, { maxBytes: 9, expectedBytes: null }],
    ['fewer than were announced', SizeMismatch, { maxBytes: null, expectedBytes: 11 }],
  ])('refuses %s', async (_, refusal, limits) => {
    const { data, passed } = intakes.open(Readable.from([Buffer.from('ABCDEFGHIJ')]), limits, NEVER);
    await expect(collect(data)).rejects.toBeInstanceOf(refusal);
    await expect(passed).rejects.toBeInstanceOf(refusal);
  });

  it('says that a source broke off', async () => {
    const source = new Readable({ read: () => undefined });
    source.push('half');
    const collecting = collect(intakes.open(source, noLimits, NEVER).data);
    source.destroy();
    await expect(collecting).rejects.toBeInstanceOf(UploadAborted);
  });
});
