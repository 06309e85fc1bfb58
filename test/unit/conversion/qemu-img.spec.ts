import { chmod, copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConversionFailed,
  ConversionLimitExceeded,
  ConversionUnavailable,
} from '../../../src/conversion/conversion.errors.js';
import { QemuImg } from '../../../src/conversion/qemu-img.js';
import type { ConversionLimits } from '../../../src/conversion/qemu-img.js';
import { describeWithBackend } from '../../support/backends.js';
import { hasQemuImg, qemuImg } from '../../support/qemu-images.js';
import { conversionLimits } from './conversion-limits.js';

const MIB = 1024 * 1024;
const { signal } = new AbortController();

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'qemu-img-'))));
afterEach(() => rm(folder, { recursive: true }));

const infoOf = (path: string, format: string, limits: Partial<ConversionLimits> = {}) =>
  new QemuImg(conversionLimits(limits)).imageInfo(path, format, signal);

async function create(name: string, ...args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await qemuImg('create', '-q', ...args, path, '10M');
  return path;
}

describeWithBackend('qemu-img', hasQemuImg, () => {
  it.each([
    ['raw', 'raw', []],
    ['qcow2', 'qcow2', []],
    ['vdi', 'vdi', []],
    ['vhdx', 'vhdx', []],
    ['vhd', 'vpc', ['-o', 'force_size=on']],
    ['vmdk', 'vmdk', []],
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
  ])('tells the size of the disk in a %s image', async (format, name, options) => {
    const image = await create('image', '-f', name, ...options);
    expect(await infoOf(image, format)).toEqual({ virtualSizeBytes: 10 * MIB });
  });

  it.each([
    'json:{"driver":"raw"}',
    '-x',
    'nbd:unix:socket',
    'file:image',
    'a:b',
    'a,b',
    'a b%20c',
    'image\nname',
    '%s',
  ])('takes a file named %j for nothing but a file', async (name) => {
    const path = join(folder, name);
    await copyFile(await create('image', '-f', 'qcow2'), path);
    expect(await infoOf(path, 'qcow2')).toEqual({ virtualSizeBytes: 10 * MIB });
    const converted = `${path}.raw`;
    const formats = { fromFormat: 'qcow2', toFormat: 'raw' } as const;
    await new QemuImg(conversionLimits()).convert({ from: path, to: converted, ...formats, signal });
    expect((await stat(converted)).size).toBe(10 * MIB);
  });

  it('finds files from where the service runs', async () => {
    await create('image', '-f', 'qcow2');
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await infoOf('image', 'qcow2')).toEqual({ virtualSizeBytes: 10 * MIB });
    } finally {
      process.chdir(before);
    }
  });

  it('never guesses the format', async () => {
    const image = await create('image', '-f', 'qcow2');
    const sectors = Math.ceil((await stat(image)).size / 512);
    expect(await infoOf(image, 'raw')).toEqual({ virtualSizeBytes: sectors * 512 });
    await expect(infoOf(image, 'vmdk')).rejects.toBeInstanceOf(ConversionFailed);
  });

  it('refuses an image with a backing file', async () => {
    const base = await create('base', '-f', 'raw');
    const image = join(folder, 'image');
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'raw', image);
    await expect(infoOf(image, 'qcow2')).rejects.toMatchObject({ message: 'The image has a backing file' });
  });

  it('refuses an image with an external data file', async () => {
    const image = await create('image', '-f', 'qcow2', '-o', `data_file=${join(folder, 'data')}`);
    await expect(infoOf(image, 'qcow2')).rejects.toMatchObject({
      message: 'The data of the image is in an external file',
    });
  });

  it.each([
    ['monolithicFlat', ['streamOptimized', 'monolithicSparse']],
    ['monolithicSparse', ['streamOptimized']],
    ['streamOptimized', []],
  ])('refuses VMDK of type %s where only %j are allowed', async (type, vmdkAllowedTypes) => {
    const image = await create('image.vmdk', '-f', 'vmdk', '-o', `subformat=${type}`);
    await expect(infoOf(image, 'vmdk', { vmdkAllowedTypes })).rejects.toMatchObject({
      message: 'The type of the VMDK image is not allowed',
    });
  });

  it.each(['iso', 'luks', 'ploop', 'ami', '-x', 'nbd', 'qcow'])('does not open images of format %s', async (format) => {
    const image = await create('image', '-f', 'raw');
    await expect(infoOf(image, format)).rejects.toBeInstanceOf(ConversionFailed);
  });

  it('refuses what cannot be opened, and names no path', async () => {
    const image = join(folder, 'image');
    await writeFile(image, 'QFI\xfb and then nothing');
    const refusal: unknown = await infoOf(image, 'qcow2').catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'conversion.failed', message: 'The conversion tool refuses the image' });
    expect(refusal).not.toMatchObject({ message: expect.stringContaining(folder) });
    expect(refusal).toMatchObject({ cause: expect.objectContaining({ message: expect.stringContaining(image) }) });
  });

  it('tells how far a conversion is', async () => {
    const [from, to] = [await create('from', '-f', 'raw'), join(folder, 'to')];
    await writeFile(from, Buffer.alloc(10 * MIB, 'data'));
    const told: number[] = [];
    const onProgress = (percent: number): void => void told.push(percent);
    const formats = { fromFormat: 'raw', toFormat: 'qcow2' } as const;
    await new QemuImg(conversionLimits()).convert({ from, to, ...formats, signal, onProgress });
    expect(told.at(-1)).toBe(100);
    expect(await qemuImg('compare', from, to)).toContain('identical');
  });

  it('stops a conversion whose image becomes larger than allowed', async () => {
    const from = join(folder, 'from');
    await qemuImg('create', '-q', '-f', 'qcow2', from, '1G');
    const conversion = { from, fromFormat: 'qcow2', to: join(folder, 'to'), toFormat: 'raw', signal } as const;
    const converting = new QemuImg(conversionLimits({ maxDecompressedBytes: MIB })).convert(conversion);
    await expect(converting).rejects.toBeInstanceOf(ConversionLimitExceeded);
  });

  it('stops a conversion that needs more memory than allowed', async () => {
    const from = await create('from', '-f', 'qcow2');
    const conversion = { from, fromFormat: 'qcow2', to: join(folder, 'to'), toFormat: 'raw', signal } as const;
    const converting = new QemuImg(conversionLimits({ memoryBytes: MIB })).convert(conversion);
    await expect(converting).rejects.toMatchObject({ code: expect.stringMatching(/^conversion\./) });
  });
});

describe('a conversion tool that misbehaves', () => {
  async function tool(script: string): Promise<string> {
    const path = join(folder, 'tool');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }
  const infoBy = async (script: string, limits: Partial<ConversionLimits> = {}) =>
    infoOf(join(folder, 'image'), 'raw', { qemuImg: await tool(script), ...limits });
  const answer = (info: object): string => `cat <<'END'\n${JSON.stringify(info)}\nEND`;
  const right = { format: 'raw', 'virtual-size': 10 * MIB };

  it('is believed when it does not', async () => {
    expect(await infoBy(answer(right))).toEqual({ virtualSizeBytes: 10 * MIB });
  });

  it('is told the format, and gets the absolute path of the file', async () => {
    const given = ['info', '-f', 'raw', '--output=json', join(folder, 'image')].join(' ');
    await expect(infoBy('echo "$*" >&2')).rejects.toMatchObject({ cause: new Error(`exit code 0: ${given}\n`) });
  });

  it.each([
    ['hangs', 'sleep 1000', { timeoutS: 1 }],
    ['computes for ever', 'while :; do :; done', {}],
  ])('is stopped when it %s', async (_, script, limits) => {
    await expect(infoBy(script, limits)).rejects.toBeInstanceOf(ConversionLimitExceeded);
  });

  it.each([
    ['complains', `echo odd >&2\n${answer(right)}`],
    ['fails', `${answer(right)}\nexit 1`],
    ['says nothing', 'exit 0'],
    ['says nothing of use', 'echo null'],
    ['knows no format', answer({ 'virtual-size': 1 })],
    ['knows no size', answer({ format: 'raw' })],
    ['tells a size that no number holds', answer({ format: 'raw', 'virtual-size': 2 ** 60 })],
    ['finds another format', answer({ ...right, format: 'qcow2' })],
    ['crashes', 'kill -SEGV $$'],
  ])('makes the conversion fail when it %s', async (_, script) => {
    await expect(infoBy(script)).rejects.toBeInstanceOf(ConversionFailed);
  });

  it.each([
    ['is missing', '/nowhere/qemu-img'],
    ['is no program', '/etc/passwd'],
  ])('leaves the conversion to another machine when it %s', async (_, program) => {
    await expect(infoOf(join(folder, 'image'), 'raw', { qemuImg: program })).rejects.toBeInstanceOf(
      ConversionUnavailable,
    );
  });

  it('leaves the conversion for later when there is no room', async () => {
    const complaint = 'qemu-img: error while writing: No space left on device';
    await expect(infoBy(`echo "${complaint}" >&2; exit 1`)).rejects.toBeInstanceOf(ConversionUnavailable);
  });

  it('may stand in a folder', async () => {
    await mkdir(join(folder, 'a b'));
    const path = join(folder, 'a b', 'tool');
    await copyFile(await tool(answer(right)), path);
    expect(await infoOf(join(folder, 'image'), 'raw', { qemuImg: path })).toEqual({ virtualSizeBytes: 10 * MIB });
  });
});
