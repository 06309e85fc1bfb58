import { failures, finding } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { readEnd } from './inspecting.js';
import {
  currentSizeBytes,
  footerChecks,
  hasRightChecksum,
  isFixed,
  VHD_COOKIE,
  VHD_FOOTER_BYTES,
} from './vhd-footer.js';

/**
 * A fixed VHD is the bare disk and a footer. Bytes of a disk may look like a footer by chance, so that everything in it
 * has to fit before it is taken for one.
 */
export const fixedVhdInspector: DiskFormatInspector = {
  format: 'vhd',
  *inspect() {
    const footer = yield* readEnd(VHD_FOOTER_BYTES);
    if (!footer.startsWith(VHD_COOKIE) || !isFixed(footer) || !hasRightChecksum(footer)) return null;
    if (footer.offset === 0 || currentSizeBytes(footer) !== footer.offset) return null;
    return { ...finding(currentSizeBytes(footer), failures(footerChecks(footer))), beginsWithDisk: true };
  },
};
