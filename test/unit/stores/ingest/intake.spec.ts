import { PassThrough } from 'node:stream';
import { HashThread } from '../../../../src/stores/hashing/hash-thread.js';
import { Intake } from '../../../../src/stores/ingest/intake.js';
import { SizeCounter } from '../../../../src/stores/ingest/size-limits.js';
import { SLOT_BYTES, SlotMemory } from '../../../../src/stores/ingest/slot-memory.js';
import { HashingFailed, UploadAborted } from '../../../../src/stores/stores.errors.js';

describe('an intake', () => {
  const threads = [new HashThread('md5'), new HashThread('sha512')];
  afterAll(() => Promise.all(threads.map((thread) => thread.close())));

  const begin = (source: PassThrough) => {
    const memory = new SlotMemory();
    const idle = Promise.withResolvers<undefined>();
    const ended = Promise.withResolvers<Error | null>();
    const intake = new Intake({
      source,
      ownsChunks: false,
      memory,
      threads,
      counter: new SizeCounter({ maxBytes: null, expectedBytes: null }),
      signal: new AbortController().signal,
      onChunk: undefined,
      onEnd: (error) => ended.resolve(error),
      onMemoryIdle: () => idle.resolve(undefined),
    });
    intake.start();
    return { slots: intake.slots, memory, idle: idle.promise, ended: ended.promise };
  };

  it('gives its memory back after the last slot, not before the consumer has let go of it', async () => {
    const source = new PassThrough();
    const { slots, memory, idle, ended } = begin(source);
    source.end(Buffer.alloc(10));
    await slots.next();
    expect(await ended).toBeNull();
    expect(memory.isIdle).toBe(false);
    expect(await slots.next()).toEqual({ done: true, value: undefined });
    await idle;
    expect(memory.isIdle).toBe(true);
  });

  it('gives its memory back when the consumer leaves while slots are being hashed', async () => {
    const source = new PassThrough({ highWaterMark: 64 * SLOT_BYTES });
    const { slots, idle, ended } = begin(source);
    source.write(Buffer.alloc(30 * SLOT_BYTES));
    await slots.next();
    await slots.return();
    expect(await ended).toBeInstanceOf(UploadAborted);
    await idle;
  });

  it('gives its memory back when the consumer leaves after all has been hashed', async () => {
    const source = new PassThrough({ highWaterMark: 64 * SLOT_BYTES });
    const { slots, idle, ended } = begin(source);
    source.end(Buffer.alloc(3 * SLOT_BYTES));
    await slots.next();
    expect(await ended).toBeNull();
    await slots.return();
    await idle;
  });

  it('fails and gives its memory back when a hash thread dies', async () => {
    const source = new PassThrough();
    const { slots, idle, ended } = begin(source);
    source.write(Buffer.alloc(3 * SLOT_BYTES));
    await slots.next();
    const poison = threads[0]!.open(new SharedArrayBuffer(1), () => undefined);
    poison.update(0, 100, 100);
    expect(await ended).toBeInstanceOf(HashingFailed);
    await expect(slots.next()).rejects.toBeInstanceOf(HashingFailed);
    await idle;
  });
});
