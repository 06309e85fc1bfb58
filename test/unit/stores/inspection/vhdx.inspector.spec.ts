import { DISK_BYTES, u16le, u32le, u64le, VHDX, vhdx, withBytes } from './disk-data.builder.js';
import { inspectData } from '../../../support/inspect-data.js';

describe('inspection of VHDX data', () => {
  it('finds it safe and reads its virtual size', () => {
    expect(inspectData(vhdx())).toEqual({ format: 'vhdx', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it('finds the size also where it stands before the other parameters', () => {
    const swapped = [
      [VHDX.parametersEntry + 16, u32le(VHDX.size - VHDX.metadata)],
      [VHDX.sizeEntry + 16, u32le(VHDX.parameters - VHDX.metadata)],
      [VHDX.parameters, u64le(DISK_BYTES * 2)],
      [VHDX.size, u64le(1024 * 1024)],
    ] as const;
    const data = swapped.reduce((image, [offset, value]) => withBytes(image, offset, value), vhdx());
    expect(inspectData(data)).toEqual({ format: 'vhdx', virtualSizeBytes: DISK_BYTES * 2, problems: [] });
  });

  const lost = 'its metadata cannot be found';
  const incomplete = 'its metadata is incomplete';
  it.each([
    ['a parent', VHDX.parameters + 4, u32le(2), 'it has a parent'],
    ['65 TiB', VHDX.size, u64le(65 * 2 ** 40), 'its virtual size is larger than the format allows'],
    ['a size that no disk has', VHDX.size, u64le(2n ** 64n - 1n), 'its virtual size is larger than any disk'],
    ['no table of regions', VHDX.regionTable, 'xxxx', lost],
    ['an empty table of regions', VHDX.regionTable + 8, u32le(0), lost],
    ['too many regions', VHDX.regionTable + 8, u32le(2048), lost],
    ['no region of metadata', VHDX.metadataEntry, 'x', lost],
    ['metadata before its place', VHDX.metadataEntry + 16, u64le(0), incomplete],
    ['metadata at 2^63', VHDX.metadataEntry + 16, u64le(2n ** 63n), incomplete],
    ['no table of metadata', VHDX.metadata, 'x', incomplete],
    ['too much metadata', VHDX.metadata + 10, u16le(2048), incomplete],
    ['no size', VHDX.sizeEntry, 'x', incomplete],
    ['no parameters', VHDX.parametersEntry, 'x', incomplete],
    ['a size in the table itself', VHDX.sizeEntry + 16, u32le(0), incomplete],
    ['a size over the parameters', VHDX.sizeEntry + 16, u32le(VHDX.parameters - VHDX.metadata + 4), incomplete],
    ['a size after the end', VHDX.sizeEntry + 16, u32le(0xffff_ffff), incomplete],
  ])('refuses %s', (_, offset, value, problem) => {
    const inspection = inspectData(withBytes(vhdx(), offset, value));
    expect(inspection.format).toBe('vhdx');
    expect(inspection.problems).toContain(problem);
  });

  it.each([8, VHDX.regionTable, VHDX.metadataEntry, VHDX.metadata, VHDX.sizeEntry, VHDX.parameters, VHDX.size + 7])(
    'refuses an image that is cut off after %d bytes',
    (length) => expect(inspectData(vhdx().subarray(0, length)).problems).toHaveLength(1),
  );
});
