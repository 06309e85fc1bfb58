import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const CHUNK_BYTES = 1024 * 1024;

/** Data to be sent, which can be read again from its start when it has to be sent again. */
export type UploadSource = Readonly<{ sizeBytes: number; open: () => AsyncIterable<Uint8Array> }>;

/** A file that does not change. */
export async function fileSource(file: string): Promise<UploadSource> {
  const { size } = await stat(file);
  return { sizeBytes: size, open: () => createReadStream(file, { highWaterMark: CHUNK_BYTES }) };
}
