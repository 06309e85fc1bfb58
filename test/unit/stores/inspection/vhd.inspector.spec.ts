import {
  bootSector,
  DISK_BYTES,
  dynamicVhd,
  fixedVhd,
  iso,
  partition,
  qcow2,
  u32be,
  u64be,
  vhdFooter,
  withBytes,
  withVhdChecksum,
} from './disk-data.builder.js';
import { inspectData } from '../../../support/inspect-data.js';

describe('inspection of dynamic VHD data', () => {
  it('finds it safe and reads its virtual size', () => {
    expect(inspectData(dynamicVhd())).toEqual({ format: 'vhd', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it('takes the current size, not that of the day when the disk was made', () => {
    expect(inspectData(withBytes(dynamicVhd(), 40, u64be(1))).virtualSizeBytes).toBe(DISK_BYTES);
  });

  it.each([
    ['a parent', 60, u32be(4), 'it has a parent'],
    ['an unknown type', 60, u32be(5), 'its disk type is unknown'],
    ['version 2', 12, u32be(0x00020000), 'its version is not 1'],
    ['a size that the format cannot hold', 48, u64be(2 ** 42), 'its virtual size is larger than the format allows'],
    ['a size that no disk has', 48, u64be(2n ** 63n), 'its virtual size is larger than any disk'],
  ])('refuses %s', (_, offset, value, problem) => {
    const inspection = inspectData(withBytes(dynamicVhd(), offset, value));
    expect(inspection.format).toBe('vhd');
    expect(inspection.problems).toContain(problem);
  });

  it.each([8, 100, 511])('refuses a footer of %d bytes', (length) => {
    expect(inspectData(dynamicVhd().subarray(0, length)).problems).toContain('its footer is incomplete');
  });
});

describe('inspection of fixed VHD data', () => {
  const disk = Buffer.alloc(1_000_448, 7);

  it('knows it by its last bytes', () => {
    expect(inspectData(fixedVhd(disk))).toEqual({ format: 'vhd', virtualSizeBytes: 1_000_448, problems: [] });
  });

  it('does not mind the boot sector of the disk in it', () => {
    expect(inspectData(fixedVhd(bootSector(partition())))).toMatchObject({ format: 'vhd', problems: [] });
  });

  it.each([
    ['qcow2', qcow2()],
    ['an ISO', iso()],
  ])('refuses %s in it', (_, content) => {
    expect(inspectData(fixedVhd(content)).problems.join()).toMatch(/several formats at once/);
  });

  it.each([
    ['its checksum is wrong', withBytes(vhdFooter(2, disk.length), 64, u32be(1))],
    ['it is of another disk', vhdFooter(2, disk.length - 512)],
    ['it is that of a dynamic disk', vhdFooter(3, disk.length)],
  ])('takes the data for raw when the footer does not fit: %s', (_, footer) => {
    expect(inspectData(Buffer.concat([disk, footer])).format).toBe('raw');
  });

  it('checks the footer like that of a dynamic disk', () => {
    const footer = withVhdChecksum(withBytes(vhdFooter(2, disk.length), 12, u32be(0x00030000)));
    expect(inspectData(Buffer.concat([disk, footer])).problems).toEqual(['its version is not 1']);
  });

  it('takes data for raw that ends in the middle of the footer', () => {
    expect(inspectData(fixedVhd(disk).subarray(0, disk.length + 511)).format).toBe('raw');
  });
});
