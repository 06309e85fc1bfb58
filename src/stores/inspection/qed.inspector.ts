import { refused } from './disk-format.inspector.js';
import type { DiskFormatInspector } from './disk-format.inspector.js';
import { read } from './inspecting.js';

/** QEMU's enhanced disk: given up by its makers, able to name a backing file, and therefore always refused. */
export const qedInspector: DiskFormatInspector = {
  format: 'qed',
  *inspect() {
    const header = yield* read(0, 4);
    return header.startsWith('QED\0') ? refused('the format qed is not allowed') : null;
  },
};
