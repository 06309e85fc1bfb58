import { failures } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { read } from './inspecting.js';

const FIRST_DESCRIPTOR_OFFSET = 32 * 1024;
const DESCRIPTOR_BYTES = 2048;
const PRIMARY = 1;
/** ISO 9660, and two editions of UDF. */
const IDENTIFIERS: ReadonlySet<string> = new Set(['CD001', 'NSR02', 'NSR03']);

/** A CD or DVD. What stands before its first descriptor belongs to whoever boots from it. */
export const isoInspector: DiskFormatInspector = {
  format: 'iso',
  *inspect() {
    const descriptor = yield* read(FIRST_DESCRIPTOR_OFFSET, DESCRIPTOR_BYTES);
    if (!IDENTIFIERS.has(descriptor.text(1, 6))) return null;
    const [blocks, blockBytes] = [descriptor.u32le(80), descriptor.u16le(128)];
    return {
      virtualSizeBytes: descriptor.u8(0) === PRIMARY ? blocks * blockBytes : null,
      problems: failures([[descriptor.length < DESCRIPTOR_BYTES, 'its volume descriptor is incomplete']]),
      beginsWithDisk: true,
    };
  },
};
