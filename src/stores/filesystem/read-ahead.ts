import type { FileHandle } from 'node:fs/promises';
import type { StoredBytes } from '../image-store.js';
import { reading } from './storage-error.js';

const READ_BYTES = 1024 * 1024;

/**
 * Reads a part of a file, and closes it at the end. While one chunk is on its way to the client the next is read, into one
 * of two buffers that take turns: fresh memory for each chunk would cost more than the reading.
 * @throws the translated error of a failed read
 */
export async function* readAhead(file: FileHandle, start: number, lengthBytes: number): StoredBytes {
  const bufferBytes = Math.max(1, Math.min(READ_BYTES, lengthBytes));
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
  const read = (turn: number, position: number): Promise<Uint8Array> => {
    const buffer = buffers[turn % 2 === 0 ? 0 : 1];
    const wanted = Math.min(bufferBytes, start + lengthBytes - position);
    const chunk = reading(file.read(buffer, 0, wanted, position)).then(({ bytesRead }) =>
      buffer.subarray(0, bytesRead),
    );
    chunk.catch(() => undefined); // it may fail before anybody asks for it
    return chunk;
  };
  let next = read(0, start);
  try {
    for (let turn = 1, position = start; ; turn += 1) {
      const chunk = await next;
      position += chunk.byteLength;
      if (chunk.byteLength === 0) return;
      next = read(turn, position);
      yield chunk;
    }
  } finally {
    await next.catch(() => undefined); // nobody reads into a buffer of a file that is closed
    await file.close();
  }
}
