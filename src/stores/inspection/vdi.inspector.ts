import { failures, finding } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { read } from './inspecting.js';

const MAGIC_OFFSET = 0x40;
const MAGIC = 0xbeda107f;
const VERSION_1_1 = 0x00010001;
const HEADER_BYTES = 512;
const DYNAMIC = 1;
const FIXED = 2;

/** VirtualBox's format; all numbers are little-endian. */
export const vdiInspector: DiskFormatInspector = {
  format: 'vdi',
  *inspect() {
    const header = yield* read(0, HEADER_BYTES);
    if (header.u32le(MAGIC_OFFSET) !== MAGIC) return null;
    const kind = header.u32le(0x4c);
    const virtualSizeBytes = header.size64le(0x170);
    const mappedBytes = header.u32le(0x178) * header.u32le(0x180);
    const problems = failures([
      [header.length < HEADER_BYTES, 'its header is incomplete'],
      [header.u32le(0x44) !== VERSION_1_1, 'its version is not 1.1'],
      [kind !== DYNAMIC && kind !== FIXED, 'it is not a disk of its own'],
      [!header.isZero(0x1a8, 0x1c8), 'it has a parent'],
      [virtualSizeBytes > mappedBytes, 'its blocks are too few for its virtual size'],
    ]);
    return finding(virtualSizeBytes, problems);
  },
};
