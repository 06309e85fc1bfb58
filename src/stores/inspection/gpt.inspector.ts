import { failures, finding } from './disk-format.inspector.js';
import type { Check, DiskFormatInspector } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';
import { read, readEnd } from './inspecting.js';

const SECTOR_BYTES = 512;
const BOOT_SIGNATURE = 0xaa55;
const TABLE_OFFSET = 446;
const ENTRY_BYTES = 16;
const ACTIVE = 0x80;
const EMPTY = 0x00;
const PROTECTIVE = 0xee;
/** Cylinder, head and sector of the second sector, in the order of the entry's bytes. */
const PROTECTIVE_START = '\x00\x02\x00';

/** A disk with a boot sector: a partition table of the older kind, or the one that protects a GPT. */
export const gptInspector: DiskFormatInspector = {
  format: 'gpt',
  *inspect() {
    const sector = yield* read(0, SECTOR_BYTES);
    if (sector.u16le(510) !== BOOT_SIGNATURE || isFatVolume(sector)) return null;
    const { endOffset: sizeBytes } = yield* readEnd(0);
    return finding(sizeBytes, failures(tableChecks(partitionsOf(sector))));
  },
};

/** A FAT file system has the same signature, but no partitions: two tables, on a fixed disk. */
const isFatVolume = (sector: HeaderBytes): boolean => sector.u8(0x10) === 2 && sector.u8(0x15) === 0xf8;

type Partition = Readonly<{ index: number; bootFlag: number; start: string; kind: number; firstSector: number }>;

const partitionsOf = (sector: HeaderBytes): readonly Partition[] =>
  [0, 1, 2, 3].map((index) => {
    const at = TABLE_OFFSET + index * ENTRY_BYTES;
    return {
      index,
      bootFlag: sector.u8(at),
      start: sector.text(at + 1, at + 4),
      kind: sector.u8(at + 4),
      firstSector: sector.u32le(at + 8),
    };
  });

function tableChecks(partitions: readonly Partition[]): readonly Check[] {
  const used = partitions.filter(({ kind }) => kind !== EMPTY);
  const protective = used.filter(({ kind }) => kind === PROTECTIVE);
  return [
    [
      partitions.some(({ bootFlag }) => bootFlag !== 0 && bootFlag !== ACTIVE),
      'its partition table has an invalid boot flag',
    ],
    [used.length === 0, 'its partition table is empty'],
    [protective.length > 0 && used.length > 1, 'its protective partition is not the only one'],
    [protective.some(({ index }) => index !== 0), 'its protective partition is not the first one'],
    [
      protective.some(({ start, firstSector }) => start !== PROTECTIVE_START || firstSector !== 1),
      'its protective partition does not begin at the second sector',
    ],
  ];
}
