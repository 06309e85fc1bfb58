const KIB = 1024;
const MIB = 1024 * KIB;
const SECTOR = 512;

/** Size of the disk in all data built here, unless it says otherwise. */
export const DISK_BYTES = 10 * MIB;

/** Puts values into a copy of the data. */
export const withBytes = (data: Buffer, offset: number, value: Uint8Array | string): Buffer => {
  const copy = Buffer.from(data);
  Buffer.from(value as string, 'latin1').copy(copy, offset);
  return copy;
};

export const u16be = (value: number): Buffer => written(2, (buffer) => buffer.writeUInt16BE(value));
export const u16le = (value: number): Buffer => written(2, (buffer) => buffer.writeUInt16LE(value));
export const u32be = (value: number): Buffer => written(4, (buffer) => buffer.writeUInt32BE(value));
export const u32le = (value: number): Buffer => written(4, (buffer) => buffer.writeUInt32LE(value));
export const u64be = (value: number | bigint): Buffer => written(8, (buffer) => buffer.writeBigUInt64BE(BigInt(value)));
export const u64le = (value: number | bigint): Buffer => written(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));

function written(length: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(length);
  write(buffer);
  return buffer;
}

type Field = readonly [offset: number, value: Uint8Array | string];

function dataOf(length: number, fields: readonly Field[]): Buffer {
  return fields.reduce<Buffer>((data, [offset, value]) => withBytes(data, offset, value), Buffer.alloc(length));
}

/** Four clusters of 64 KiB: header, reference counts, their blocks, L1 table. */
export function qcow2(version: 2 | 3 = 3): Buffer {
  return dataOf(4 * 64 * KIB, [
    [0, 'QFI\xfb'],
    [4, u32be(version)],
    [20, u32be(16)],
    [24, u64be(DISK_BYTES)],
    [36, u32be(1)],
    [40, u64be(3 * 64 * KIB)],
    [48, u64be(64 * KIB)],
    [56, u32be(1)],
    ...(version === 3
      ? ([
          [96, u32be(4)],
          [100, u32be(104)],
        ] as const)
      : []),
  ]);
}

export const qcow = (): Buffer =>
  dataOf(4 * KIB, [
    [0, 'QFI\xfb'],
    [4, u32be(1)],
    [24, u64be(DISK_BYTES)],
  ]);

export const qed = (): Buffer => dataOf(64 * KIB, [[0, 'QED\0']]);

export const luks = (): Buffer =>
  dataOf(4096 * SECTOR, [
    [0, 'LUKS\xba\xbe'],
    [6, u16be(1)],
    [104, u32be(96)],
  ]);

export const vdi = (): Buffer =>
  dataOf(2 * MIB, [
    [0, '<<< Oracle VM VirtualBox Disk Image >>>\n'],
    [0x40, u32le(0xbeda107f)],
    [0x44, u32le(0x00010001)],
    [0x48, u32le(0x180)],
    [0x4c, u32le(1)],
    [0x170, u64le(DISK_BYTES)],
    [0x178, u32le(MIB)],
    [0x180, u32le(10)],
  ]);

/** @param kind 2 fixed, 3 dynamic, 4 differencing */
export function vhdFooter(kind: number, diskBytes = DISK_BYTES): Buffer {
  const footer = dataOf(SECTOR, [
    [0, 'conectix'],
    [8, u32be(2)],
    [12, u32be(0x00010000)],
    [40, u64be(diskBytes)],
    [48, u64be(diskBytes)],
    [60, u32be(kind)],
  ]);
  return withVhdChecksum(footer);
}

export function withVhdChecksum(footer: Buffer): Buffer {
  const blank = withBytes(footer, 64, u32be(0));
  const sum = blank.reduce((total, byte) => total + byte, 0);
  return withBytes(blank, 64, u32be(~sum >>> 0));
}

export const dynamicVhd = (kind = 3): Buffer =>
  Buffer.concat([vhdFooter(kind), dataOf(2 * KIB, [[0, 'cxsparse']]), vhdFooter(kind)]);

export const fixedVhd = (disk: Buffer = Buffer.alloc(MIB)): Buffer =>
  Buffer.concat([disk, vhdFooter(2, disk.byteLength)]);

/** `createType`, the extents and further lines of a VMDK descriptor. */
export type VmdkDescriptor = Readonly<{ type?: string; extents?: readonly string[]; lines?: readonly string[] }>;

export const vmdkDescriptor = ({ type = 'monolithicSparse', extents, lines = [] }: VmdkDescriptor = {}): string =>
  [
    '# Disk DescriptorFile',
    'version=1',
    'CID=cd003c5a',
    'parentCID=ffffffff',
    `createType="${type}"`,
    '',
    '# Extent description',
    ...(extents ?? ['RW 20480 SPARSE "disk.vmdk"']),
    '',
    '# The Disk Data Base',
    '#DDB',
    '',
    'ddb.virtualHWVersion = "4"',
    'ddb.adapterType = "ide"',
    ...lines,
    '',
  ].join('\n');

const DESCRIPTOR_SECTORS = 20;

/** One header sector, a descriptor of 20 sectors, some data. */
export const vmdk = (descriptor: VmdkDescriptor = {}): Buffer =>
  dataOf(64 * KIB, [
    [0, 'KDMV'],
    [4, u32le(1)],
    [8, u32le(3)],
    [12, u64le(DISK_BYTES / SECTOR)],
    [20, u64le(128)],
    [28, u64le(1)],
    [36, u64le(DESCRIPTOR_SECTORS)],
    [44, u32le(512)],
    [48, u64le(21)],
    [56, u64le(26)],
    [64, u64le(128)],
    [SECTOR, vmdkDescriptor(descriptor)],
  ]);

/** The same with its true header at the end, as images have it that were written in one go. */
export function vmdkWithFooter(): Buffer {
  const body = vmdk({ type: 'streamOptimized' });
  const marker = dataOf(SECTOR, [
    [0, u64le(1)],
    [12, u32le(3)],
  ]);
  const header = withBytes(body, 56, u64le(0xffff_ffff_ffff_ffffn));
  return Buffer.concat([header, marker, body.subarray(0, SECTOR), Buffer.alloc(SECTOR)]);
}

const guid = (text: string): Buffer => {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
};

export const VHDX = {
  regionTable: 192 * KIB,
  metadataEntry: 192 * KIB + 16 + 32,
  metadata: MIB,
  sizeEntry: MIB + 32,
  parametersEntry: MIB + 64,
  parameters: MIB + 64 * KIB,
  size: MIB + 64 * KIB + 8,
} as const;

export const vhdx = (): Buffer =>
  dataOf(2 * MIB, [
    [0, 'vhdxfile'],
    [VHDX.regionTable, 'regi'],
    [VHDX.regionTable + 8, u32le(2)],
    [VHDX.regionTable + 16, guid('2DC27766-F623-4200-9D64-115E9BFD4A08')],
    [VHDX.metadataEntry, guid('8B7CA206-4790-4B9A-B8FE-575F050F886E')],
    [VHDX.metadataEntry + 16, u64le(VHDX.metadata)],
    [VHDX.metadata, 'metadata'],
    [VHDX.metadata + 10, u16le(2)],
    [VHDX.sizeEntry, guid('2FA54224-CD1B-4876-B211-5DBED83BF4B8')],
    [VHDX.sizeEntry + 16, u32le(VHDX.size - VHDX.metadata)],
    [VHDX.parametersEntry, guid('CAA16737-FA36-4D43-B3B6-33F0AA44E76B')],
    [VHDX.parametersEntry + 16, u32le(VHDX.parameters - VHDX.metadata)],
    [VHDX.parameters, u32le(MIB)],
    [VHDX.size, u64le(DISK_BYTES)],
  ]);

export const iso = (): Buffer =>
  dataOf(40 * KIB, [
    [32 * KIB, '\x01CD001\x01'],
    [32 * KIB + 80, u32le(5120)],
    [32 * KIB + 128, u16le(2048)],
  ]);

/** @param entries 16 bytes each, beginning with the first of the four */
export const bootSector = (...entries: readonly Buffer[]): Buffer =>
  dataOf(MIB, [
    [446, Buffer.concat(entries)],
    [510, '\x55\xaa'],
  ]);

export const partition = (kind = 0x83, bootFlag = 0x80): Buffer =>
  dataOf(16, [
    [0, Buffer.from([bootFlag, 0x20, 0x21, 0x00, kind])],
    [8, u32le(2048)],
    [12, u32le(2048)],
  ]);

export const protectivePartition = (): Buffer =>
  dataOf(16, [
    [0, Buffer.from([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff])],
    [8, u32le(1)],
    [12, u32le(2047)],
  ]);

export const gpt = (): Buffer => withBytes(bootSector(protectivePartition()), SECTOR, 'EFI PART');
