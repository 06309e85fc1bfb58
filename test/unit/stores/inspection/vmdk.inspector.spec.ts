import { DISK_BYTES, u32le, u64le, vmdk, vmdkDescriptor, vmdkWithFooter, withBytes } from './disk-data.builder.js';
import type { VmdkDescriptor } from './disk-data.builder.js';
import { inspectData } from '../../../support/inspect-data.js';

const safe = { format: 'vmdk', virtualSizeBytes: DISK_BYTES, problems: [] };
const problemsOf = (data: Buffer): readonly string[] => {
  const inspection = inspectData(data);
  expect(inspection.format).toBe('vmdk');
  return inspection.problems;
};

describe('inspection of VMDK data', () => {
  it.each(['monolithicSparse', 'streamOptimized', 'MONOLITHICSPARSE'])('finds an image of type %s safe', (type) => {
    expect(inspectData(vmdk({ type }))).toEqual(safe);
  });

  it.each(['RDONLY 20480 SPARSE "a disk of mine.vmdk"', 'RW 20480 sparse "generated-stream.vmdk"'])(
    'accepts the extent %s',
    (extent) => expect(inspectData(vmdk({ extents: [extent] }))).toEqual(safe),
  );

  it('accepts lines that end as on Windows', () => {
    const text = vmdkDescriptor().replaceAll('\n', '\r\n');
    expect(inspectData(withBytes(vmdk(), 512, text))).toEqual(safe);
  });

  it.each(['1b0f9e', '0', '12'])('accepts the id %s, which the tool wrote over a longer one', (id) => {
    const former = vmdkDescriptor();
    const text = Buffer.from(former);
    text.write(`${former.replace('cd003c5a', id)}\0`);
    expect(inspectData(withBytes(vmdk(), 512, text))).toEqual(safe);
  });

  const otherFiles = 'its descriptor names other files';
  const otherType = 'its type is not monolithicSparse or streamOptimized';
  it.each<[string, VmdkDescriptor, string]>([
    ['a flat type', { type: 'monolithicFlat' }, otherType],
    ['a type of several files', { type: 'twoGbMaxExtentSparse' }, otherType],
    ['no type', { type: '' }, otherType],
    ['a type that is longer than any', { type: 'monolithicSparse'.padEnd(64) }, otherType],
    ['a second type in a comment', { lines: ['# createType="monolithicFlat"'] }, otherType],
    ['a flat extent', { extents: ['RW 20480 FLAT "disk-flat.vmdk" 0'] }, otherFiles],
    ['a device', { extents: ['RW 20480 VMFSRDM "disk-rdm.vmdk"'] }, otherFiles],
    ['an absolute path', { extents: ['RW 20480 SPARSE "/etc/passwd"'] }, otherFiles],
    ['a path with backslashes', { extents: ['RW 20480 SPARSE "..\\disk.vmdk"'] }, otherFiles],
    ['a path behind tabs', { lines: ['RW\t1\tFLAT\t"/srv/a=b"\t0'] }, otherFiles],
    ['a second extent', { extents: ['RW 1 SPARSE "a.vmdk"', 'RW 1 SPARSE "b.vmdk"'] }, otherFiles],
    ['no extent', { extents: [] }, 'its descriptor has no extent'],
    ['a line of unknown meaning', { lines: ['include /etc/passwd'] }, 'its descriptor has unknown lines'],
    ['a hint at a parent', { lines: ['parentFileNameHint="/etc/passwd"'] }, 'it has a parent'],
    ['a hint at a parent in a comment', { lines: ['#parentFileNameHint="base.vmdk"'] }, 'it has a parent'],
    ["a parent's content id", { lines: ['parentCID=cd003c5b'] }, 'it has a parent'],
    ['other characters than text', { lines: ['ddb.comment = "\xe9"'] }, 'its descriptor is not text'],
    ['zeros within the text', { lines: ['ddb.comment = "\0 more"'] }, 'its descriptor is not text'],
  ])('refuses %s', (_, descriptor, problem) => {
    expect(problemsOf(vmdk(descriptor))).toContain(problem);
  });

  it.each([
    ['version 0', 4, u32le(0), 'its version is 0'],
    ['version 4', 4, u32le(4), 'its version is 4'],
    ['no sectors, which makes readers open the descriptor', 12, u64le(0), 'its virtual size is zero'],
    ['more sectors than a disk can have', 12, u64le(2n ** 62n), 'its virtual size is larger than any disk'],
    ['a descriptor elsewhere', 28, u64le(2), 'its descriptor is misplaced'],
    ['no descriptor', 36, u64le(0), 'it has no descriptor'],
    ['a descriptor of 1 MiB', 36, u64le(2048), 'its descriptor is too large'],
    ['a descriptor of 2^64 sectors', 36, u64le(2n ** 64n - 1n), 'its descriptor is too large'],
  ])('refuses %s', (_, offset, value, problem) => {
    expect(problemsOf(withBytes(vmdk(), offset, value))).toContain(problem);
  });

  it.each([4, 511, 512, 600, 512 + 20 * 512 - 1])('refuses an image that is cut off after %d bytes', (length) => {
    expect(problemsOf(vmdk().subarray(0, length)).join()).toMatch(/is incomplete|has no descriptor/);
  });

  it('refuses the header of a part of an image', () => {
    expect(problemsOf(withBytes(vmdk(), 0, 'COWD'))).toEqual(['it is a part of an image']);
  });
});

describe('inspection of VMDK data with a footer', () => {
  const image = vmdkWithFooter();
  const footer = image.length - 1024;

  it('finds it safe when the footer says what the header says', () => {
    expect(inspectData(image)).toEqual(safe);
  });

  it.each([
    ['another signature', footer, 'KDMX', 'its footer contradicts the header'],
    ['another version', footer + 4, u32le(2), 'its footer contradicts the header'],
    ['another virtual size', footer + 12, u64le(0), 'its footer contradicts the header'],
    ['another descriptor', footer + 28, u64le(9), 'its footer contradicts the header'],
    ['a descriptor of another size', footer + 36, u64le(9), 'its footer contradicts the header'],
    ['another footer', footer + 56, u64le(2n ** 64n - 1n), 'its footer points to another footer'],
    ['something behind its fields', footer + 79, 'x', 'its footer is followed by unknown data'],
    ['another kind of marker', footer - 500, u32le(2), 'its footer is not marked as one'],
    ['a marker with data', footer - 504, u32le(1), 'its footer is not marked as one'],
    ['a marker with something behind its fields', footer - 1, 'x', 'its footer is not marked as one'],
    ['no end of the stream', image.length - 1, 'x', 'its footer is not marked as one'],
  ])('refuses a footer with %s', (_, offset, value, problem) => {
    expect(problemsOf(withBytes(image, offset, value))).toContain(problem);
  });

  it('refuses an image whose footer is missing', () => {
    expect(problemsOf(withBytes(vmdk(), 56, u64le(2n ** 64n - 1n)))).not.toEqual([]);
    expect(problemsOf(image.subarray(0, 1535))).toContain('its footer is missing');
  });

  it('refuses an image that does not end with a sector, for readers look for its footer elsewhere', () => {
    expect(problemsOf(Buffer.concat([image, Buffer.alloc(1)]))).toContain('its footer is missing');
  });
});

describe('inspection of VMDK descriptors without data', () => {
  it.each([
    ['as tools write them', vmdkDescriptor({ type: 'monolithicFlat', extents: ['RW 20480 FLAT "/etc/passwd" 0'] })],
    ['with nothing but a type', 'createType="custom"'],
    ['with nothing but what readers look for', '#\n \n# x\nversion=3\n'],
    ['padded with zeros', `${vmdkDescriptor()}\0\0\0`],
  ])('refuses one %s', (_, text) => {
    expect(inspectData(Buffer.from(text))).toEqual({
      format: 'vmdk',
      virtualSizeBytes: null,
      problems: ['it is a descriptor, whose data is in other files'],
    });
  });

  it.each(['', 'version', 'a text about version=1\n', '# a comment\n', '\xffcreateType="custom"'])(
    'takes %j for raw data',
    (text) => expect(inspectData(Buffer.from(text, 'latin1')).format).toBe('raw'),
  );
});
