// Body of a decoding thread. It loads what is ours by its place, so that it runs compiled as well as from its source, from
// which Node strips the types.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { parentPort, workerData } from 'node:worker_threads';
import type { bzip2Data } from './bzip2-data.js';
import type { DecodingOrder, DecodingReply } from './decoding-protocol.js';

const READ_BYTES = 1024 * 1024;

const { compression, path } = workerData as DecodingOrder;

async function* decompressed(): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  if (compression === 'bzip2') {
    const bzip2 = (await import(`./bzip2-data${extname(import.meta.url)}`)) as { bzip2Data: typeof bzip2Data };
    yield* bzip2.bzip2Data(source);
    return;
  }
  const { default: xz } = await import('xz-decompress');
  yield* new xz.XzReadableStream(Readable.toWeb(source));
}

async function* replies(): AsyncGenerator<DecodingReply> {
  try {
    for await (const bytes of decompressed()) yield { kind: 'piece', bytes };
    yield { kind: 'end' };
  } catch (error) {
    const isObject = typeof error === 'object' && error !== null;
    yield { kind: 'failure', message: String(error), systemError: isObject && 'syscall' in error };
  }
}

// A piece is decompressed ahead, and waits until it is asked for.
const port = parentPort;
if (port === null) throw new Error('This is the body of a thread');
let requested = once(port, 'message');
for await (const reply of replies()) {
  await requested;
  requested = once(port, 'message');
  port.postMessage(reply, reply.kind === 'piece' ? [reply.bytes.buffer as ArrayBuffer] : []);
}
port.close();
