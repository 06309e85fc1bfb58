import { DISK_BYTES, qcow, qcow2, qed, u32be, u64be, withBytes } from './disk-data.builder.js';
import { inspectData } from '../../../support/inspect-data.js';

const problemsOf = (data: Buffer): readonly string[] => inspectData(data).problems;
const L1_OFFSET = 3 * 65_536;

describe('inspection of qcow2 data', () => {
  it.each([2, 3] as const)('finds version %d safe and reads its virtual size', (version) => {
    expect(inspectData(qcow2(version))).toEqual({ format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it.each([
    ['a backing file', 8, u64be(512), 'it has a backing file'],
    ['an external data file', 72, u64be(4), 'its data is in an external file'],
    ['a feature bit that is just beyond the known ones', 72, u64be(16), 'it has unknown incompatible features'],
    ['the highest feature bit', 72, u64be(2n ** 63n), 'it has unknown incompatible features'],
    ['version 0', 4, u32be(0), 'its version is 0'],
    ['version 4', 4, u32be(4), 'its version is 4'],
    ['clusters of 256 bytes', 20, u32be(8), 'its cluster size is out of range'],
    ['clusters of 2^32 bytes', 20, u32be(32), 'its cluster size is out of range'],
    ['an unknown encryption', 32, u32be(3), 'its encryption is unknown'],
    ['too many snapshots', 60, u32be(65_537), 'it has too many snapshots'],
    ['reference counts of 128 bits', 96, u32be(7), 'its reference counts are out of range'],
    ['a header shorter than its own fields', 100, u32be(103), 'its header length is out of range'],
    ['a header longer than a cluster', 100, u32be(65_537), 'its header length is out of range'],
    ['an enormous L1 table', 36, u32be(0xffff_ffff), 'its L1 table is too large'],
    ['an L1 table over the header', 40, u64be(0), 'its L1 table is misplaced'],
    ['an L1 table between clusters', 40, u64be(L1_OFFSET + 8), 'its L1 table is misplaced'],
    ['an L1 table after the end', 40, u64be(L1_OFFSET + 65_536), 'its L1 table is misplaced'],
    ['an L1 table at 2^63', 40, u64be(2n ** 63n), 'its L1 table is misplaced'],
    ['a reference count table over the header', 48, u64be(0), 'its reference count table is misplaced'],
    ['an enormous reference count table', 56, u32be(0xffff_ffff), 'its reference count table is too large'],
    ['an L1 table over the reference counts', 40, u64be(65_536), 'its tables overlap'],
    ['more disk than its L1 table can hold', 24, u64be(2 ** 30), 'its L1 table is too small for its virtual size'],
  ])('refuses %s', (_, offset, value, problem) => {
    const inspection = inspectData(withBytes(qcow2(), offset, value));
    expect(inspection.format).toBe('qcow2');
    expect(inspection.problems).toContain(problem);
  });

  it('refuses a virtual size that no number holds, and does not repeat it', () => {
    const inspection = inspectData(withBytes(qcow2(), 24, u64be(2n ** 53n)));
    expect(inspection.virtualSizeBytes).toBeNull();
    expect(inspection.problems).toContain('its virtual size is larger than any disk');
  });

  it.each([0, 1, 3])('accepts the known incompatible feature %d', (bit) => {
    expect(problemsOf(withBytes(qcow2(), 72, u64be(1n << BigInt(bit))))).toEqual([]);
  });

  it.each([1, 2])('accepts the known encryption %d', (method) => {
    expect(problemsOf(withBytes(qcow2(), 32, u32be(method)))).toEqual([]);
  });

  it('takes no extension of a version 2 header for features', () => {
    expect(problemsOf(withBytes(qcow2(2), 72, 'a backing format\xff\xff\xff'))).toEqual([]);
  });

  it('refuses an image that ends before its tables do', () => {
    expect(problemsOf(qcow2().subarray(0, L1_OFFSET + 7))).toEqual(['its L1 table is misplaced']);
    expect(problemsOf(qcow2().subarray(0, L1_OFFSET + 8))).toEqual([]);
  });

  it.each([4, 8, 71])('refuses a header of %d bytes as incomplete', (length) => {
    const inspection = inspectData(qcow2(2).subarray(0, length));
    expect(inspection.format).toBe('qcow2');
    expect(inspection.problems).toContain('its header is incomplete');
  });

  it('takes less than the magic bytes for raw data', () => {
    expect(inspectData(qcow2().subarray(0, 3))).toEqual({ format: 'raw', virtualSizeBytes: 3, problems: [] });
  });
});

describe('inspection of what came before and after qcow2', () => {
  it('refuses version 1, with or without a backing file', () => {
    expect(inspectData(qcow())).toEqual({ format: 'qcow', virtualSizeBytes: null, problems: ['its version is 1'] });
    expect(problemsOf(withBytes(qcow(), 8, u64be(48)))).toContain('it has a backing file');
  });

  it('refuses qed', () => {
    expect(inspectData(qed())).toEqual({
      format: 'qed',
      virtualSizeBytes: null,
      problems: ['the format qed is not allowed'],
    });
  });
});
