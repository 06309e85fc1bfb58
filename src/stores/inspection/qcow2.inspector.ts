import { failures, finding } from './disk-format.inspector.js';
import type { Check, DiskFormatInspector } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';
import { read, readEnd } from './inspecting.js';

/** Up to the header length, the last field that every version 3 header has. */
const V2_HEADER_BYTES = 72;
const V3_HEADER_BYTES = 104;

const EXTERNAL_DATA_FILE = 1n << 2n;
/** Bits from this one on are not known: a reader that ignores them misreads the data. */
const FIRST_UNKNOWN_FEATURE = 4n;

const MIN_CLUSTER_BITS = 9;
const MAX_CLUSTER_BITS = 21;
const MAX_L1_BYTES = 32 * 1024 * 1024;
const MAX_REFCOUNT_TABLE_BYTES = 8 * 1024 * 1024;
const MAX_SNAPSHOTS = 65_536;
const ENTRY_BYTES = 8;
/** None, AES, LUKS. */
const LAST_ENCRYPTION = 2;
const MAX_REFCOUNT_ORDER = 6;

/** QEMU's copy-on-write format, versions 2 and 3; all numbers are big-endian. */
export const qcow2Inspector: DiskFormatInspector = {
  format: 'qcow2',
  *inspect() {
    const header = yield* read(0, V3_HEADER_BYTES);
    if (!header.startsWith('QFI\xfb') || header.u32be(4) === 1) return null;
    const { endOffset: sizeBytes } = yield* readEnd(0);
    return finding(
      header.size64be(24),
      failures([...outsideChecks(header), ...fieldChecks(header), ...tableChecks(header, sizeBytes)]),
    );
  },
};

/** What would lead a reader out of the image. */
function outsideChecks(header: HeaderBytes): readonly Check[] {
  const version = header.u32be(4);
  const features = version === 3 ? header.u64be(72) : 0n;
  return [
    [version !== 2 && version !== 3, `its version is ${version}`],
    [header.u64be(8) !== 0n, 'it has a backing file'],
    [(features & EXTERNAL_DATA_FILE) !== 0n, 'its data is in an external file'],
    [features >> FIRST_UNKNOWN_FEATURE !== 0n, 'it has unknown incompatible features'],
  ];
}

function fieldChecks(header: HeaderBytes): readonly Check[] {
  const isV3 = header.u32be(4) === 3;
  const headerBytes = header.u32be(100);
  const clusterBits = header.u32be(20);
  return [
    [header.length < (isV3 ? V3_HEADER_BYTES : V2_HEADER_BYTES), 'its header is incomplete'],
    [clusterBits < MIN_CLUSTER_BITS || clusterBits > MAX_CLUSTER_BITS, 'its cluster size is out of range'],
    [header.u32be(32) > LAST_ENCRYPTION, 'its encryption is unknown'],
    [header.u32be(60) > MAX_SNAPSHOTS, 'it has too many snapshots'],
    [isV3 && header.u32be(96) > MAX_REFCOUNT_ORDER, 'its reference counts are out of range'],
    [
      isV3 && (headerBytes < V3_HEADER_BYTES || headerBytes > clusterBytes(header)),
      'its header length is out of range',
    ],
  ];
}

function tableChecks(header: HeaderBytes, sizeBytes: number): readonly Check[] {
  const l1Bytes = header.u32be(36) * ENTRY_BYTES;
  const refcountBytes = header.u32be(56) * clusterBytes(header);
  const l1 = { offset: header.size64be(40), lengthBytes: l1Bytes };
  const refcounts = { offset: header.size64be(48), lengthBytes: refcountBytes };
  return [
    [l1Bytes > MAX_L1_BYTES, 'its L1 table is too large'],
    [l1Bytes < neededL1Bytes(header), 'its L1 table is too small for its virtual size'],
    [isMisplaced(l1, header, sizeBytes), 'its L1 table is misplaced'],
    [refcountBytes > MAX_REFCOUNT_TABLE_BYTES, 'its reference count table is too large'],
    [isMisplaced(refcounts, header, sizeBytes), 'its reference count table is misplaced'],
    [doOverlap(l1, refcounts), 'its tables overlap'],
  ];
}

type Table = Readonly<{ offset: number; lengthBytes: number }>;

const clusterBytes = (header: HeaderBytes): number => 2 ** Math.min(header.u32be(20), MAX_CLUSTER_BITS);

/** An entry of the L1 table stands for one cluster full of L2 entries, each of which stands for a cluster. */
function neededL1Bytes(header: HeaderBytes): number {
  const bytesPerEntry = clusterBytes(header) * (clusterBytes(header) / ENTRY_BYTES);
  return Math.ceil(header.size64be(24) / bytesPerEntry) * ENTRY_BYTES;
}

/** A table begins at a cluster, behind the header's, and ends within the data. */
function isMisplaced({ offset, lengthBytes }: Table, header: HeaderBytes, sizeBytes: number): boolean {
  if (lengthBytes === 0) return false;
  const cluster = clusterBytes(header);
  return offset < cluster || offset % cluster !== 0 || offset + lengthBytes > sizeBytes;
}

const doOverlap = (one: Table, other: Table): boolean =>
  one.lengthBytes > 0 &&
  other.lengthBytes > 0 &&
  one.offset < other.offset + other.lengthBytes &&
  other.offset < one.offset + one.lengthBytes;
