import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { ConversionUnavailable } from './conversion.errors.js';

const CHUNK_BYTES = 1024 * 1024;

/** Reads a file from start to end. @throws ConversionUnavailable; the signal's reason */
export async function* fileData(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const data: AsyncIterable<Uint8Array> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of data) {
      signal.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    throw workFileFailure(error);
  }
}

/** Opens a file, and closes it whatever happens. @throws ConversionUnavailable when a system call fails */
export async function withFile<Result>(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  try {
    const handle = await open(path, flags, 0o640);
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw workFileFailure(error);
  }
}

/** What the failure of a system call means; other errors stay what they are. The message names no path. */
export function workFileFailure(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new ConversionUnavailable('The files of the conversion cannot be read or written', {}, { cause: error });
}

/** zlib numbers its errors too, but makes no system calls. */
const isSystemError = (error: unknown): boolean => typeof error === 'object' && error !== null && 'syscall' in error;
