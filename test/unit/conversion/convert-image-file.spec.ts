import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConvertedFormat } from '../../../src/config/app-config.js';
import { ConversionLimitExceeded, ConversionUnavailable } from '../../../src/conversion/conversion.errors.js';
import { convertImageFile } from '../../../src/conversion/convert-image-file.js';
import type { ConversionLimits } from '../../../src/conversion/qemu-img.js';
import { describeWithBackend } from '../../support/backends.js';
import { inspectData } from '../../support/inspect-data.js';
import { hasQemuImg, qemuImg } from '../../support/qemu-images.js';
import { gpt, iso, qcow2, u64be, withBytes } from '../stores/inspection/disk-data.builder.js';
import { conversionLimits } from './conversion-limits.js';

const MIB = 1024 * 1024;

let folder: string;
let [disk, from, to] = ['', '', ''];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convert-'));
  [disk, from, to] = ['disk', 'from', 'to'].map((name) => join(folder, name)) as [string, string, string];
});
afterEach(() => rm(folder, { recursive: true }));

type Changes = Readonly<{
  limits?: Partial<ConversionLimits>;
  signal?: AbortSignal;
  onProgress?: (percent: number) => void;
}>;

const converting = (declaredFormat: string, targetFormat: ConvertedFormat, changes: Changes = {}) => {
  const { limits, signal = new AbortController().signal, onProgress = () => undefined } = changes;
  return convertImageFile({
    from,
    to,
    declaredFormat,
    targetFormat,
    limits: conversionLimits(limits),
    signal,
    onProgress,
  });
};

const nothingIsLeft = (): Promise<void> => expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });

describeWithBackend('qemu-img', hasQemuImg, () => {
  beforeEach(() => writeFile(disk, Buffer.concat([randomBytes(2 * MIB), Buffer.alloc(2 * MIB)])));

  const make = (format: string, ...options: readonly string[]): Promise<string> =>
    qemuImg('convert', '-f', 'raw', '-O', format, ...options, disk, from);

  it.each([
    ['raw', 'qcow2', 'raw', []],
    ['raw', 'vmdk', 'raw', []],
    ['qcow2', 'raw', 'qcow2', []],
    ['qcow2', 'vmdk', 'qcow2', ['-c']],
    ['vmdk', 'raw', 'vmdk', []],
    ['vmdk', 'qcow2', 'vmdk', ['-o', 'subformat=streamOptimized']],
    ['vdi', 'qcow2', 'vdi', []],
    ['vhdx', 'raw', 'vhdx', []],
    ['vhd', 'raw', 'vpc', ['-o', 'force_size=on']],
    ['vhd', 'qcow2', 'vpc', ['-o', 'subformat=fixed,force_size=on']],
  ] as const)('converts %s to %s', async (declared, target, name, options) => {
    await make(name, ...options);
    const before = await readFile(from);
    const converted = await converting(declared, target);
    const { size } = await stat(to);
    expect(converted).toEqual({ file: to, diskFormat: target, sizeBytes: size, virtualSizeBytes: 4 * MIB });
    expect(await qemuImg('compare', '-f', 'raw', '-F', target, disk, to)).toContain('identical');
    expect(inspectData(await readFile(to))).toMatchObject({ format: target, problems: [] });
    expect((await readFile(from)).equals(before)).toBe(true);
  });

  it('takes a disk with a boot sector for raw, before and after', async () => {
    await writeFile(disk, gpt());
    await make('qcow2');
    expect(await converting('qcow2', 'raw')).toMatchObject({ diskFormat: 'raw', sizeBytes: MIB });
    [from, to] = [to, from];
    expect(await converting('raw', 'qcow2')).toMatchObject({ diskFormat: 'qcow2', virtualSizeBytes: MIB });
  });

  it.each(['raw', 'qcow2', 'vmdk'] as const)('has nothing to do where %s is wanted and there', async (format) => {
    await make(format);
    expect(await converting(format, format)).toBeNull();
    await nothingIsLeft();
  });

  it('replaces what an earlier attempt has left', async () => {
    await make('qcow2');
    await writeFile(to, randomBytes(9 * MIB));
    expect(await converting('qcow2', 'raw')).toMatchObject({ sizeBytes: 4 * MIB });
    expect((await readFile(to)).equals(await readFile(disk))).toBe(true);
  });

  it('tells how far it is', async () => {
    await make('qcow2');
    const told: number[] = [];
    await converting('qcow2', 'raw', { onProgress: (percent) => void told.push(percent) });
    expect(told.at(-1)).toBe(100);
  });

  it.each([
    ['qcow2', qcow2()],
    ['an ISO', iso()],
  ])('refuses a disk that is %s in itself once it is converted', async (_, content) => {
    await writeFile(disk, content);
    await make('qcow2');
    await expect(converting('qcow2', 'raw')).rejects.toMatchObject({ message: 'Image format mismatch' });
    await nothingIsLeft();
  });

  it('refuses a disk that is larger than data may become', async () => {
    await qemuImg('create', '-q', '-f', 'qcow2', from, '2G');
    await expect(converting('qcow2', 'raw')).rejects.toMatchObject({
      code: 'conversion.limit_exceeded',
      message: `The disk in the image is larger than ${1024 * MIB} bytes`,
    });
    await nothingIsLeft();
  });

  it('leaves nothing of a conversion that was aborted', async () => {
    await make('qcow2');
    const abort = new AbortController();
    const reason = new Error('the image was deleted');
    const changes = { signal: abort.signal, onProgress: () => abort.abort(reason) };
    await expect(converting('qcow2', 'raw', changes)).rejects.toBe(reason);
    await nothingIsLeft();
  });

  it('leaves nothing of an image that is damaged behind its header', async () => {
    await writeFile(from, withBytes(qcow2(), 3 * 65_536, u64be(0x10200)));
    await expect(converting('qcow2', 'raw')).rejects.toMatchObject({ code: 'conversion.failed' });
    await nothingIsLeft();
  });
});

describe('converting what needs no tool to be judged', () => {
  const withoutTool = { limits: { qemuImg: '/nowhere/qemu-img' } };

  it('leaves an ISO as it is', async () => {
    await writeFile(from, iso());
    expect(await converting('iso', 'qcow2', withoutTool)).toBeNull();
  });

  it.each([
    ['raw', 'an ISO', iso()],
    ['raw', 'qcow2', qcow2()],
    ['qcow2', 'raw', randomBytes(1000)],
    ['iso', 'raw', randomBytes(1000)],
    ['ami', 'raw', randomBytes(1000)],
    ['vmdk', 'qcow2', qcow2()],
  ])('refuses what is declared as %s and is %s', async (declared, _, data) => {
    await writeFile(from, data);
    await expect(converting(declared, 'raw', withoutTool)).rejects.toMatchObject({
      code: 'conversion.failed',
      message: 'Image format mismatch',
    });
  });

  it('refuses what is unsafe to open', async () => {
    await writeFile(from, withBytes(qcow2(), 8, u64be(512)));
    await expect(converting('qcow2', 'raw', withoutTool)).rejects.toMatchObject({
      code: 'data.format_unsafe',
      details: { problems: ['it has a backing file'] },
    });
  });

  it('leaves what could be converted to a machine that has the tool', async () => {
    await writeFile(from, qcow2());
    await expect(converting('qcow2', 'raw', withoutTool)).rejects.toBeInstanceOf(ConversionUnavailable);
  });

  it('gives up a tool that hangs', async () => {
    await writeFile(from, qcow2());
    const tool = join(folder, 'tool');
    await writeFile(tool, '#!/bin/sh\nsleep 1000\n', { mode: 0o755 });
    const hanging = converting('qcow2', 'raw', { limits: { qemuImg: tool, timeoutS: 1 } });
    await expect(hanging).rejects.toBeInstanceOf(ConversionLimitExceeded);
  });

  it('says that the file is the trouble where there is none', async () => {
    await expect(converting('qcow2', 'raw')).rejects.toBeInstanceOf(ConversionUnavailable);
  });
});
