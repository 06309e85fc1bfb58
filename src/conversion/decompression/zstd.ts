import { createZstdDecompress } from 'node:zlib';
import { DecompressionFailed } from '../conversion.errors.js';
import { withFile } from '../work-file.js';
import type { Decoder } from './compressed-file.js';
import { FileWindow } from './file-window.js';
import { PIECES, zlibData } from './zlib-data.js';
import { frameAt } from './zstd-frame.js';

/** Far more than parallel and seekable compressors make of the largest images. */
const MAX_FRAMES = 1_000_000;

/**
 * Any number of zstd frames, one after the other. Each gets a decoder of its own, because what the platform's decoder does
 * after the end of a frame depends on how the data was cut.
 */
export const zstdData: Decoder = async function* ({ path, sizeBytes }, signal) {
  for (let start = 0, frames = 1; start < sizeBytes; frames += 1) {
    signal.throwIfAborted();
    if (frames > MAX_FRAMES) throw new DecompressionFailed('The compressed data has too many frames', { MAX_FRAMES });
    const frame = await withFile(path, 'r', (handle) => frameAt(start, new FileWindow(handle, signal)));
    if (!frame.skippable) yield* zlibData(path, { start, end: frame.end }, createZstdDecompress(PIECES), signal);
    start = frame.end;
  }
};
