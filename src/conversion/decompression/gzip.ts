import { createGunzip } from 'node:zlib';
import { DecompressionFailed } from '../conversion.errors.js';
import type { Decoder } from './compressed-file.js';
import { PIECES, zlibData } from './zlib-data.js';

/** Any number of gzip members, one after the other. */
export const gzipData: Decoder = async function* ({ path, sizeBytes }, signal) {
  const decoder = createGunzip(PIECES);
  yield* zlibData(path, { start: 0, end: sizeBytes }, decoder, signal);
  // zlib takes what follows a zero for padding, and ignores it.
  if (decoder.bytesWritten !== sizeBytes) {
    throw new DecompressionFailed('Something else follows the compressed data', { compression: 'gzip' });
  }
};
