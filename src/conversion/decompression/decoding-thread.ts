import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConversionUnavailable } from '../conversion.errors.js';
import type { CompressedFile, Decoder } from './compressed-file.js';
import type { DecodingOrder, DecodingReply } from './decoding-protocol.js';

/** The body beside this file: `.js` once compiled, `.ts` where tests run the source. */
const BODY = new URL(`./decoding-worker${extname(import.meta.url)}`, import.meta.url);

/** Blocks and dictionaries lie outside of the heap. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8, stackSizeMb: 1 };

/**
 * Decompresses in a thread of its own what the platform cannot decompress by itself: that takes seconds of CPU time, and
 * damaged data, however it confuses the decoder, is got rid of together with the thread.
 */
export const decodedInThread = (compression: DecodingOrder['compression']): Decoder =>
  async function* ({ path }: CompressedFile, signal: AbortSignal) {
    signal.throwIfAborted();
    const order: DecodingOrder = { compression, path };
    const worker = new Worker(BODY, { workerData: order, resourceLimits: RESOURCE_LIMITS });
    try {
      for (;;) {
        const reply = await request(worker, signal);
        if (reply.kind === 'end') return;
        if (reply.kind === 'failure') throw failureOf(reply);
        yield reply.bytes;
      }
    } finally {
      await worker.terminate();
    }
  };

async function request(worker: Worker, signal: AbortSignal): Promise<DecodingReply> {
  const reply = nextReply(worker, signal);
  worker.postMessage('next');
  return reply;
}

async function nextReply(worker: Worker, signal: AbortSignal): Promise<DecodingReply> {
  try {
    const [reply] = (await once(worker, 'message', { signal })) as [DecodingReply];
    return reply;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function failureOf({ message, systemError }: DecodingReply & { kind: 'failure' }): Error {
  const cause = new Error(message);
  if (!systemError) return cause;
  return new ConversionUnavailable('The compressed file cannot be read', {}, { cause });
}
