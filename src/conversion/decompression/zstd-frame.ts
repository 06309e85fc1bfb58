import { DecompressionFailed } from '../conversion.errors.js';
import type { FileWindow } from './file-window.js';

const MAGIC = 0xfd2fb528;
const FIRST_SKIPPABLE = 0x184d2a50;
const SKIPPABLE_KINDS = 16;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** Kind of a block that holds one byte, to be repeated. */
const REPEATED = 1;

/** A part of the data that stands for itself; a skippable one is for whoever wrote it. */
type Frame = Readonly<{ skippable: boolean; end: number }>;

/** Finds where the frame ends that begins here. @throws DecompressionFailed where none does; RangeError when it is cut off */
export async function frameAt(start: number, file: FileWindow): Promise<Frame> {
  const magic = (await file.read(start, 4)).getUint32(0, true);
  if (magic >= FIRST_SKIPPABLE && magic < FIRST_SKIPPABLE + SKIPPABLE_KINDS) {
    const end = start + 8 + (await file.read(start + 4, 4)).getUint32(0, true);
    if (end > start + 8) await file.read(end - 1, 1);
    return { skippable: true, end };
  }
  if (magic !== MAGIC) {
    throw new DecompressionFailed('Something else follows the compressed data', { compression: 'zstd' });
  }
  const descriptor = (await file.read(start + 4, 1)).getUint8(0);
  const blocksEnd = await endOfBlocks(start + 5 + fieldBytes(descriptor), file);
  const hasChecksum = (descriptor & 4) !== 0;
  return { skippable: false, end: blocksEnd + (hasChecksum ? CHECKSUM_BYTES : 0) };
}

/** Length of the fields between the descriptor, which tells which of them are there, and the first block. */
function fieldBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return windowBytes + dictionaryBytes + contentSizeBytes;
}

async function endOfBlocks(firstBlock: number, file: FileWindow): Promise<number> {
  for (let block = firstBlock; ;) {
    const bytes = await file.read(block, BLOCK_HEADER_BYTES);
    const header = bytes.getUint16(0, true) | (bytes.getUint8(2) << 16);
    const contentBytes = ((header >> 1) & 3) === REPEATED ? 1 : header >> 3;
    block += BLOCK_HEADER_BYTES + contentBytes;
    if ((header & 1) === 1) return block;
  }
}
