import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConversionUnavailable } from '../../../src/conversion/conversion.errors.js';
import { detectFormat } from '../../../src/conversion/inspect-file.js';
import { DISK_BYTES, fixedVhd, gpt, qcow2, u64be, withBytes } from '../stores/inspection/disk-data.builder.js';

const MIB = 1024 * 1024;
const { signal } = new AbortController();

let file: string;
beforeEach(async () => void (file = join(await mkdtemp(join(tmpdir(), 'inspect-')), 'file')));
afterEach(() => rm(join(file, '..'), { recursive: true }));

describe('the inspection of a file', () => {
  it('tells format and virtual size', async () => {
    await writeFile(file, qcow2());
    expect(await detectFormat(file, signal)).toEqual({
      inspection: { format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] },
      sizeBytes: 4 * 65_536,
    });
  });

  it('looks at all of a file', async () => {
    await writeFile(file, fixedVhd(Buffer.alloc(5 * MIB)));
    expect((await detectFormat(file, signal)).inspection).toMatchObject({ format: 'vhd', virtualSizeBytes: 5 * MIB });
  });

  it('takes an empty file for raw', async () => {
    await writeFile(file, '');
    expect(await detectFormat(file, signal)).toMatchObject({ inspection: { format: 'raw' }, sizeBytes: 0 });
  });

  it('judges nothing', async () => {
    await writeFile(file, withBytes(qcow2(), 8, u64be(512)));
    expect((await detectFormat(file, signal)).inspection.problems).toEqual(['it has a backing file']);
  });

  it('ends with the reason of whoever aborts it', async () => {
    await writeFile(file, gpt());
    const reason = new Error('the image was deleted');
    await expect(detectFormat(file, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('says that the file is the trouble where there is none', async () => {
    await expect(detectFormat(file, signal)).rejects.toBeInstanceOf(ConversionUnavailable);
  });
});
