import { failures, finding } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { read, readEnd } from './inspecting.js';

const HEADER_BYTES = 592;
const SECTOR_BYTES = 512;

/** An encrypted volume, of which only version 1 of the header is known to all who open it. */
export const luksInspector: DiskFormatInspector = {
  format: 'luks',
  *inspect() {
    const header = yield* read(0, HEADER_BYTES);
    if (!header.startsWith('LUKS\xba\xbe')) return null;
    const { endOffset: sizeBytes } = yield* readEnd(0);
    const version = header.u16be(6);
    const payloadOffset = header.u32be(104) * SECTOR_BYTES;
    const problems = failures([
      [header.length < HEADER_BYTES, 'its header is incomplete'],
      [version !== 1, `its version is ${version}`],
      [payloadOffset < HEADER_BYTES, 'its payload overlaps the header'],
      [payloadOffset > sizeBytes, 'its payload begins after the end of the data'],
    ]);
    return finding(Math.max(sizeBytes - payloadOffset, 0), problems);
  },
};
