import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConversionUnavailable } from '../../../src/conversion/conversion.errors.js';
import { detectFormat, inspectFile } from '../../../src/conversion/inspect-file.js';
import { DISK_BYTES, fixedVhd, gpt, qcow2, u64be, withBytes } from '../stores/inspection/disk-data.builder.js';

const MIB = 1024 * 1024;
const { signal } = new AbortController();
const declared = (declaredDiskFormat: string, containerFormat = 'bare') => ({
  declaredDiskFormat,
  containerFormat,
  requireMatch: true,
});

let file: string;
beforeEach(async () => void (file = join(await mkdtemp(join(tmpdir(), 'inspect-')), 'file')));
afterEach(() => rm(join(file, '..'), { recursive: true }));

describe('the inspection of a file', () => {
  it('tells format and virtual size', async () => {
    await writeFile(file, qcow2());
    expect(await inspectFile(file, declared('qcow2'), signal)).toEqual({
      inspection: { format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] },
      sizeBytes: 4 * 65_536,
      virtualSizeBytes: DISK_BYTES,
    });
  });

  it('looks at all of a file', async () => {
    await writeFile(file, fixedVhd(Buffer.alloc(5 * MIB)));
    expect((await detectFormat(file, signal)).inspection).toMatchObject({ format: 'vhd', virtualSizeBytes: 5 * MIB });
  });

  it('takes an empty file for raw', async () => {
    await writeFile(file, '');
    expect(await inspectFile(file, declared('raw'), signal)).toMatchObject({ sizeBytes: 0, virtualSizeBytes: 0 });
  });

  it.each([
    ['another format', qcow2(), declared('vmdk'), 'data.format_mismatch'],
    ['unsafe data', withBytes(qcow2(), 8, u64be(512)), declared('qcow2'), 'data.format_unsafe'],
    ['unsafe data that is declared raw', withBytes(qcow2(), 8, u64be(512)), declared('raw'), 'data.format_unsafe'],
  ])('refuses %s', async (_, data, declaration, code) => {
    await writeFile(file, data);
    await expect(inspectFile(file, declaration, signal)).rejects.toMatchObject({ code });
  });

  it('judges nothing where only the format is asked for', async () => {
    await writeFile(file, withBytes(qcow2(), 8, u64be(512)));
    expect((await detectFormat(file, signal)).inspection.problems).toEqual(['it has a backing file']);
  });

  it('does not look into containers', async () => {
    await writeFile(file, gpt());
    expect(await inspectFile(file, declared('qcow2', 'ova'), signal)).toMatchObject({ virtualSizeBytes: null });
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
