import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { IngestPipeline } from '../../../../src/stores/ingest/ingest-pipeline.js';
import type { Ingest } from '../../../../src/stores/ingest/ingest-pipeline.js';
import {
  HashAlgorithmUnknown,
  HashingFailed,
  SizeLimitExceeded,
  SizeMismatch,
  StoreFull,
  UploadAborted,
} from '../../../../src/stores/stores.errors.js';

const MIB = 1024 * 1024;
const UNLIMITED = { maxBytes: null, expectedBytes: null };
const NEVER = new AbortController().signal;

const hex = (algorithm: string, data: Uint8Array): string => createHash(algorithm).update(data).digest('hex');

async function collect(data: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of data) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

function chunked(data: Buffer, lengths: readonly number[]): Readable {
  const chunks: Buffer[] = [];
  for (let offset = 0, index = 0; offset < data.byteLength; index++) {
    const lengthBytes = lengths[index % lengths.length]!;
    chunks.push(data.subarray(offset, offset + lengthBytes));
    offset += lengthBytes;
  }
  return Readable.from(chunks);
}

describe('the ingest pipeline', () => {
  const pipeline = new IngestPipeline({ hashAlgorithm: 'sha512' });
  afterAll(() => pipeline.close());

  const ingestOf = (source: Readable, limits: Partial<typeof UNLIMITED> | object = {}, signal = NEVER): Ingest =>
    pipeline.ingest(source, { ...UNLIMITED, ...limits }, signal);

  const expectFailure = async (ingest: Ingest, error: object): Promise<void> => {
    await expect(collect(ingest.data)).rejects.toMatchObject(error);
    await expect(ingest.digest).rejects.toMatchObject(error);
  };

  it('passes all bytes on and hashes them, whatever their number and the chunks they come in', async () => {
    const arrival = fc.record({
      sizeBytes: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3 * MIB })),
      lengths: fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 }),
    });
    const property = fc.asyncProperty(arrival, async ({ sizeBytes, lengths }) => {
      const data = randomBytes(sizeBytes);
      const ingest = ingestOf(chunked(data, [...lengths, 70_000]));
      expect(hex('sha1', await collect(ingest.data))).toBe(hex('sha1', data));
      expect(await ingest.digest).toEqual({
        sizeBytes,
        checksum: hex('md5', data),
        hashAlgorithm: 'sha512',
        hashValue: hex('sha512', data),
      });
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('takes a chunk that is larger than all of its memory', async () => {
    const data = randomBytes(20 * MIB + 3);
    const ingest = ingestOf(Readable.from([data]));
    expect(hex('sha1', await collect(ingest.data))).toBe(hex('sha1', data));
    expect((await ingest.digest).checksum).toBe(hex('md5', data));
  });

  it('takes a source that was paused before', async () => {
    const source = Readable.from([Buffer.from('paused')]).pause();
    expect((await collect(ingestOf(source).data)).toString()).toBe('paused');
  });

  it('hashes with another algorithm, and refuses one that does not exist', async () => {
    const other = new IngestPipeline({ hashAlgorithm: 'sha256' });
    const ingest = other.ingest(Readable.from([Buffer.from('x')]), UNLIMITED, NEVER);
    await collect(ingest.data);
    expect(await ingest.digest).toMatchObject({ hashAlgorithm: 'sha256', hashValue: hex('sha256', Buffer.from('x')) });
    await other.close();
    expect(() => new IngestPipeline({ hashAlgorithm: 'rot13' })).toThrow(HashAlgorithmUnknown);
  });

  it('serves many uploads at once', async () => {
    const contents = Array.from({ length: 70 }, (_, index) => randomBytes(index * 20_000));
    const digests = await Promise.all(
      contents.map(async (content) => {
        const ingest = ingestOf(Readable.from([content]));
        await collect(ingest.data);
        return (await ingest.digest).checksum;
      }),
    );
    expect(digests).toEqual(contents.map((content) => hex('md5', content)));
  });

  it('pauses the source while the consumer is slow, and resumes it afterwards', async () => {
    const total = 40;
    let sent = 0;
    const source = new Readable({
      highWaterMark: 1,
      read() {
        this.push(sent++ < total ? Buffer.alloc(MIB, sent) : null);
      },
    });
    const ingest = ingestOf(source);
    const chunks = ingest.data[Symbol.asyncIterator]();
    const paused = new Promise((resolve) => source.once('pause', resolve));
    await chunks.next();
    await paused;
    expect(sent).toBeLessThanOrEqual(11); // 8 slots, one that waits for a slot, and what the stream itself holds.
    let received = 1;
    while ((await chunks.next()).done !== true) received++;
    expect(received).toBe(total);
    expect((await ingest.digest).sizeBytes).toBe(total * MIB);
  });

  it('reads nothing before its data is asked for', () => {
    const source = new PassThrough();
    ingestOf(source);
    expect(source.listenerCount('data')).toBe(0);
  });

  it('shows each chunk to an observer, in order, whose refusal fails the upload', async () => {
    const seen: string[] = [];
    const onChunk = (chunk: Uint8Array): void => {
      seen.push(Buffer.from(chunk).toString());
      if (seen.length === 3) throw new StoreFull('enough');
    };
    await expectFailure(ingestOf(Readable.from(['a', 'b', 'c', 'd'].map((text) => Buffer.from(text))), { onChunk }), {
      code: 'store.full',
    });
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  describe('refuses', () => {
    it.each([
      ['more than the maximum', { maxBytes: 9 }, SizeLimitExceeded, 'The data exceeds the maximum of 9 bytes'],
      ['fewer than expected', { expectedBytes: 11 }, SizeMismatch, 'Size mismatch: expected 11 bytes, got 10 bytes'],
      ['more than expected', { expectedBytes: 9 }, SizeMismatch, 'Size exceeds: expected 9 bytes, got more'],
    ])('%s bytes', async (_what, limits, ErrorClass, message) => {
      const ingest = ingestOf(Readable.from([Buffer.alloc(4), Buffer.alloc(6)]), limits);
      await expect(collect(ingest.data)).rejects.toThrow(message);
      await expect(ingest.digest).rejects.toBeInstanceOf(ErrorClass);
    });

    it('an announced size beyond the maximum without reading anything', async () => {
      const source = new PassThrough();
      await expectFailure(ingestOf(source, { maxBytes: 9, expectedBytes: 10 }), { code: 'data.size_limit_exceeded' });
      expect(source.listenerCount('data')).toBe(0);
    });

    it('nothing that is exactly as large as allowed and expected', async () => {
      const ingest = ingestOf(Readable.from([Buffer.alloc(10)]), { maxBytes: 10, expectedBytes: 10 });
      expect(await collect(ingest.data)).toHaveLength(10);
    });
  });

  describe('fails, and frees all that it holds, when', () => {
    const expectNoListeners = (source: Readable): void => {
      expect(['data', 'end', 'close'].map((event) => source.listenerCount(event))).toEqual([0, 0, 0]);
    };

    it('the source is destroyed before its end', async () => {
      const source = new PassThrough();
      const ingest = ingestOf(source);
      const collected = collect(ingest.data);
      source.write(Buffer.alloc(2 * MIB));
      source.destroy();
      await expect(collected).rejects.toBeInstanceOf(UploadAborted);
      await expect(ingest.digest).rejects.toBeInstanceOf(UploadAborted);
    });

    it('the source fails, whose error is the cause', async () => {
      const source = new PassThrough();
      const ingest = ingestOf(source);
      const collected = collect(ingest.data);
      const reset = new Error('ECONNRESET');
      source.destroy(reset);
      await expect(collected).rejects.toMatchObject({ code: 'data.upload_aborted', cause: reset });
    });

    it('the source had gone already', async () => {
      const source = new PassThrough();
      source.destroy(new Error('too late'));
      await expectFailure(ingestOf(source), { code: 'data.upload_aborted' });
    });

    it('the signal aborts, whose typed reason is the error', async () => {
      const source = new PassThrough();
      const abort = new AbortController();
      const ingest = ingestOf(source, {}, abort.signal);
      const collected = collect(ingest.data);
      source.write(Buffer.alloc(10));
      abort.abort(new StoreFull('stop'));
      await expect(collected).rejects.toBeInstanceOf(StoreFull);
      expectNoListeners(source);
    });

    it('the signal had aborted already', async () => {
      await expectFailure(ingestOf(new PassThrough(), {}, AbortSignal.abort()), { code: 'data.upload_aborted' });
    });

    it('the consumer leaves early', async () => {
      const source = Readable.from([randomBytes(3 * MIB)]);
      const ingest = ingestOf(source);
      for await (const chunk of ingest.data) {
        expect(chunk.byteLength).toBe(MIB);
        break;
      }
      await expect(ingest.digest).rejects.toBeInstanceOf(UploadAborted);
      expectNoListeners(source);
    });

    it('it is closed', async () => {
      const closing = new IngestPipeline({ hashAlgorithm: 'sha512' });
      const ingest = closing.ingest(new PassThrough(), UNLIMITED, NEVER);
      const failure = expect(collect(ingest.data)).rejects.toBeInstanceOf(HashingFailed);
      await Promise.all([failure, closing.close()]);
      const late = closing.ingest(Readable.from([Buffer.from('x')]), UNLIMITED, NEVER);
      await expect(collect(late.data)).rejects.toBeInstanceOf(HashingFailed);
    });
  });
});
