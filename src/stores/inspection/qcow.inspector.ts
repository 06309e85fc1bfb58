import { failures, refused } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { read } from './inspecting.js';

/** The predecessor of qcow2 (version 1). Nothing needs it any more, so it is refused whatever it holds. */
export const qcowInspector: DiskFormatInspector = {
  format: 'qcow',
  *inspect() {
    const header = yield* read(0, 48);
    if (!header.startsWith('QFI\xfb') || header.u32be(4) !== 1) return null;
    return refused('its version is 1', ...failures([[header.u64be(8) !== 0n, 'it has a backing file']]));
  },
};
