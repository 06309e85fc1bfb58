import type { DiskFormatInspector } from './disk-format.inspector.js';
import { fixedVhdInspector } from './fixed-vhd.inspector.js';
import { gptInspector } from './gpt.inspector.js';
import { isoInspector } from './iso.inspector.js';
import { luksInspector } from './luks.inspector.js';
import { qcowInspector } from './qcow.inspector.js';
import { qcow2Inspector } from './qcow2.inspector.js';
import { qedInspector } from './qed.inspector.js';
import { vdiInspector } from './vdi.inspector.js';
import { vhdInspector } from './vhd.inspector.js';
import { vhdxInspector } from './vhdx.inspector.js';
import { vmdkInspector } from './vmdk.inspector.js';

/** Every format that is more than raw bytes; of data that is several at once the first one gives its name. */
export const DISK_FORMAT_INSPECTORS: readonly DiskFormatInspector[] = [
  qcow2Inspector,
  qcowInspector,
  qedInspector,
  vmdkInspector,
  vhdInspector,
  fixedVhdInspector,
  vhdxInspector,
  vdiInspector,
  luksInspector,
  isoInspector,
  gptInspector,
];

const INSPECTABLE: ReadonlySet<string> = new Set(['raw', ...DISK_FORMAT_INSPECTORS.map(({ format }) => format)]);

/** Whether data of this disk format can be told from other data; kernels, ramdisks and the like cannot. */
export const isInspectable = (diskFormat: string): boolean => INSPECTABLE.has(diskFormat);
