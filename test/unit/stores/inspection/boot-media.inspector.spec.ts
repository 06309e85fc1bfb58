import {
  bootSector,
  gpt,
  iso,
  partition,
  protectivePartition,
  qcow2,
  u16le,
  u32le,
  withBytes,
} from './disk-data.builder.js';
import { inspectData } from '../../../support/inspect-data.js';

describe('inspection of ISO data', () => {
  const unknownSize = { format: 'iso', virtualSizeBytes: null, problems: [] };

  it('reads the size of the volume', () => {
    expect(inspectData(iso())).toEqual({ format: 'iso', virtualSizeBytes: 5120 * 2048, problems: [] });
  });

  it('knows the size of a volume with other blocks', () => {
    expect(inspectData(withBytes(iso(), 32 * 1024 + 128, u16le(512))).virtualSizeBytes).toBe(5120 * 512);
  });

  it.each(['NSR02', 'NSR03'])('knows UDF by %s', (identifier) => {
    expect(inspectData(withBytes(iso(), 32 * 1024, `\0${identifier}`))).toEqual(unknownSize);
  });

  it('does not guess the size from a descriptor that is not the primary one', () => {
    expect(inspectData(withBytes(iso(), 32 * 1024, '\0'))).toEqual(unknownSize);
  });

  it('refuses a descriptor that is cut off', () => {
    expect(inspectData(iso().subarray(0, 34 * 1024 - 1)).problems).toEqual(['its volume descriptor is incomplete']);
  });

  it('takes what ends before the identifier for raw data', () => {
    expect(inspectData(iso().subarray(0, 32 * 1024 + 5)).format).toBe('raw');
  });

  it.each([
    ['a partition table', partition()],
    ['a partition table that would be refused by itself', partition(0x83, 0x01)],
  ])('treats an ISO with %s as an ISO', (_, entry) => {
    const hybrid = withBytes(withBytes(iso(), 446, entry), 510, '\x55\xaa');
    expect(inspectData(hybrid)).toEqual({ format: 'iso', virtualSizeBytes: 5120 * 2048, problems: [] });
  });
});

describe('inspection of data with a boot sector', () => {
  it.each([
    ['a protective partition', gpt()],
    ['one bootable partition', bootSector(partition())],
    ['four partitions', bootSector(partition(), partition(0x82, 0), partition(0x83, 0), partition(0x05, 0))],
    ['a partition in the last place', bootSector(...[0, 0, 0].map(() => Buffer.alloc(16)), partition())],
  ])('finds %s safe, as large as the data', (_, disk) => {
    expect(inspectData(disk)).toEqual({ format: 'gpt', virtualSizeBytes: disk.length, problems: [] });
  });

  const misplaced = 'its protective partition does not begin at the second sector';
  it.each([
    ['an empty partition table', bootSector(), 'its partition table is empty'],
    ['a boot flag of 1', bootSector(partition(0x83, 1)), 'its partition table has an invalid boot flag'],
    [
      'a boot flag without a partition',
      bootSector(partition(), partition(0, 0x7f)),
      'its partition table has an invalid boot flag',
    ],
    [
      'a protective partition beside another',
      bootSector(protectivePartition(), partition()),
      'its protective partition is not the only one',
    ],
    [
      'a protective partition in the second place',
      bootSector(Buffer.alloc(16), protectivePartition()),
      'its protective partition is not the first one',
    ],
    ['a protective partition at sector 2', withBytes(gpt(), 446 + 8, u32le(2)), misplaced],
    ['a protective partition at another head', withBytes(gpt(), 446 + 1, '\x01'), misplaced],
  ])('refuses %s', (_, disk, problem) => {
    expect(inspectData(disk)).toEqual({ format: 'gpt', virtualSizeBytes: disk.length, problems: [problem] });
  });

  it('takes a FAT file system for raw data', () => {
    const volume = withBytes(withBytes(bootSector(), 0x10, '\x02'), 0x15, '\xf8');
    expect(inspectData(volume).format).toBe('raw');
  });

  it('takes a boot sector that is cut off for raw data', () => {
    expect(inspectData(gpt().subarray(0, 511)).format).toBe('raw');
  });

  it('refuses a boot sector in a header of another format', () => {
    expect(inspectData(withBytes(qcow2(), 510, '\x55\xaa'))).toEqual({
      format: 'qcow2',
      virtualSizeBytes: null,
      problems: ['it is several formats at once (qcow2, gpt)', 'its partition table is empty'],
    });
  });
});
