import { DISK_BYTES, luks, u16be, u32be, u32le, u64le, vdi, withBytes } from './disk-data.builder.js';
import { inspectData } from '../../../support/inspect-data.js';

describe('inspection of LUKS data', () => {
  it('finds it safe, as large as its payload', () => {
    expect(inspectData(luks())).toEqual({ format: 'luks', virtualSizeBytes: 4000 * 512, problems: [] });
  });

  it.each([
    ['version 2', 6, u16be(2), 'its version is 2'],
    ['a payload over the header', 104, u32be(1), 'its payload overlaps the header'],
    ['a payload after the end', 104, u32be(4097), 'its payload begins after the end of the data'],
  ])('refuses %s', (_, offset, value, problem) => {
    const inspection = inspectData(withBytes(luks(), offset, value));
    expect(inspection).toMatchObject({ format: 'luks', problems: [problem] });
  });

  it('refuses a header that is cut off', () => {
    expect(inspectData(luks().subarray(0, 591)).problems).toContain('its header is incomplete');
  });
});

describe('inspection of VDI data', () => {
  it.each([1, 2])('finds a disk of kind %d safe and reads its virtual size', (kind) => {
    expect(inspectData(withBytes(vdi(), 0x4c, u32le(kind)))).toEqual({
      format: 'vdi',
      virtualSizeBytes: DISK_BYTES,
      problems: [],
    });
  });

  it.each([
    ['version 1.2', 0x44, u32le(0x00010002), 'its version is not 1.1'],
    ['a snapshot', 0x4c, u32le(4), 'it is not a disk of its own'],
    ['a link to another disk', 0x1a8, '\x01', 'it has a parent'],
    ['a parent', 0x1c7, '\x01', 'it has a parent'],
    ['more disk than blocks', 0x170, u64le(DISK_BYTES + 1), 'its blocks are too few for its virtual size'],
    ['a size that no disk has', 0x170, u64le(2n ** 63n), 'its virtual size is larger than any disk'],
  ])('refuses %s', (_, offset, value, problem) => {
    const inspection = inspectData(withBytes(vdi(), offset, value));
    expect(inspection.format).toBe('vdi');
    expect(inspection.problems).toContain(problem);
  });

  it.each([0x44, 511])('refuses a header of %d bytes', (length) => {
    expect(inspectData(vdi().subarray(0, length)).problems).toContain('its header is incomplete');
  });

  it('takes what ends before the signature does for raw data', () => {
    expect(inspectData(vdi().subarray(0, 0x43)).format).toBe('raw');
  });
});
