import { failures, finding } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { read } from './inspecting.js';
import { currentSizeBytes, footerChecks, VHD_COOKIE, VHD_FOOTER_BYTES } from './vhd-footer.js';

/** Microsoft's older format, with a copy of its footer at the beginning, as dynamic disks have it. */
export const vhdInspector: DiskFormatInspector = {
  format: 'vhd',
  *inspect() {
    const footer = yield* read(0, VHD_FOOTER_BYTES);
    if (!footer.startsWith(VHD_COOKIE)) return null;
    return finding(currentSizeBytes(footer), failures(footerChecks(footer)));
  },
};
