import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inspection } from '../../../../src/stores/inspection/inspection.js';
import { describeWithBackend } from '../../../support/backends.js';
import { eventually } from '../../../support/eventually.js';
import { inspectData } from '../../../support/inspect-data.js';
import { hasQemuImg, qemuImg } from '../../../support/qemu-images.js';
import { gpt, iso, u32be, u32le, u64be, u64le, withBytes } from './disk-data.builder.js';

const MIB = 1024 * 1024;
const DISK_BYTES = 3 * MIB;
const SECRET = ['--object', 'secret,id=key,data=passphrase'];

let folder: string;
let [disk, image] = ['', ''];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'images-'));
  [disk, image] = [join(folder, 'disk'), join(folder, 'image')];
  await writeFile(disk, Buffer.concat([randomBytes(MIB), Buffer.alloc(2 * MIB)]));
});
afterEach(() => rm(folder, { recursive: true }));

const inspected = async (path = image): Promise<Inspection> => inspectData(await readFile(path));

const convert = (format: string, ...options: readonly string[]): Promise<string> =>
  qemuImg('convert', '-f', 'raw', '-O', format, ...options, disk, image);

describeWithBackend('qemu-img', hasQemuImg, () => {
  it.each([
    ['raw', 'raw', []],
    ['qcow2', 'qcow2', []],
    ['qcow2', 'qcow2', ['-o', 'compat=0.10']],
    ['qcow2', 'qcow2', ['-c']],
    ['qcow2', 'qcow2', ['-c', '-o', 'compression_type=zstd']],
    ['qcow2', 'qcow2', ['-o', 'cluster_size=512']],
    ['qcow2', 'qcow2', ['-o', 'cluster_size=2M']],
    ['qcow2', 'qcow2', ['-o', 'lazy_refcounts=on']],
    ['qcow2', 'qcow2', ['-o', 'refcount_bits=1']],
    ['qcow2', 'qcow2', ['-o', 'preallocation=full']],
    ['vmdk', 'vmdk', []],
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
    ['vmdk', 'vmdk', ['-o', 'compat6=on']],
    ['vmdk', 'vmdk', ['-o', 'adapter_type=lsilogic']],
    ['vdi', 'vdi', []],
    ['vdi', 'vdi', ['-o', 'static=on']],
    ['vhdx', 'vhdx', []],
    ['vhdx', 'vhdx', ['-o', 'subformat=fixed']],
    ['vhdx', 'vhdx', ['-o', 'block_size=1M,log_size=2M']],
    ['vhd', 'vpc', ['-o', 'force_size=on']],
    ['vhd', 'vpc', ['-o', 'subformat=fixed,force_size=on']],
  ])('a %s image made as %s %j is safe, and its virtual size is known', async (format, name, options) => {
    await convert(name, ...options);
    expect(await inspected()).toEqual({ format, virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it.each([
    ['dynamic', []],
    ['fixed', ['-o', 'subformat=fixed']],
  ])('a %s vhd image is as large as its geometry makes it', async (_, options) => {
    await convert('vpc', ...options);
    const info = JSON.parse(await qemuImg('info', '-f', 'vpc', '--output=json', image)) as Record<string, unknown>;
    expect(await inspected()).toEqual({ format: 'vhd', virtualSizeBytes: info['virtual-size'], problems: [] });
  });

  it('a luks volume is safe, and as large as what is encrypted', async () => {
    const options = ['-o', 'key-secret=key,iter-time=10'];
    // It fails where the machine is too busy to measure how long the key takes.
    await eventually(() => qemuImg('create', '-q', ...SECRET, '-f', 'luks', ...options, image, '3M'));
    expect(await inspected()).toEqual({ format: 'luks', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it('a parallels image cannot be told from raw data', async () => {
    await convert('parallels');
    expect(await inspected()).toEqual({ format: 'raw', virtualSizeBytes: (await stat(image)).size, problems: [] });
  });

  it('a qcow2 image with features that not every reader knows is refused', async () => {
    await convert('qcow2', '-o', 'extended_l2=on');
    expect(await inspected()).toMatchObject({ format: 'qcow2', problems: ['it has unknown incompatible features'] });
  });

  it.each([
    ['qcow', 'its version is 1'],
    ['qed', 'the format qed is not allowed'],
  ])('a %s image is refused', async (format, problem) => {
    await convert(format);
    expect(await inspected()).toMatchObject({ format, problems: [problem] });
  });

  it.each(['qcow2', 'qcow', 'qed', 'vmdk'])('a %s image with a backing file is refused', async (format) => {
    const base = join(folder, 'base');
    await qemuImg('convert', '-f', 'raw', '-O', format === 'vmdk' ? 'vmdk' : 'raw', disk, base);
    await qemuImg('create', '-q', '-f', format, '-b', base, '-F', format === 'vmdk' ? 'vmdk' : 'raw', image);
    const { problems } = await inspected();
    expect(problems.join()).toMatch(/backing file|parent|qed is not allowed/);
  });

  it.each(['off', 'on'])('a qcow2 image with an external data file (raw: %s) is refused', async (raw) => {
    const data = join(folder, 'data');
    await qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${data},data_file_raw=${raw}`, image, '3M');
    expect(await inspected()).toMatchObject({ format: 'qcow2', problems: ['its data is in an external file'] });
  });

  it.each(['monolithicFlat', 'twoGbMaxExtentFlat', 'twoGbMaxExtentSparse'])(
    'a vmdk image of type %s is refused, for its data is elsewhere',
    async (type) => {
      await convert('vmdk', '-o', `subformat=${type}`);
      expect(await inspected()).toMatchObject({
        format: 'vmdk',
        problems: ['it is a descriptor, whose data is in other files'],
      });
    },
  );

  it('a qcow2 image with snapshots is safe', async () => {
    await convert('qcow2');
    await qemuImg('snapshot', '-c', 'before', image);
    expect(await inspected()).toEqual({ format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it.each(['encrypt.format=aes', 'encrypt.format=luks,encrypt.iter-time=10'])(
    'a qcow2 image with %s is safe',
    async (encryption) => {
      const options = ['-o', `${encryption},encrypt.key-secret=key`];
      await eventually(() => qemuImg('create', '-q', ...SECRET, '-f', 'qcow2', ...options, image, '3M'));
      expect(await inspected()).toEqual({ format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] });
    },
  );

  it('a disk with a boot sector stays what it is in whatever format it is stored', async () => {
    await writeFile(disk, gpt());
    for (const format of ['qcow2', 'vmdk', 'vdi', 'vhdx']) {
      await convert(format);
      expect(await inspected()).toEqual({ format, virtualSizeBytes: MIB, problems: [] });
    }
    await convert('vpc', '-o', 'subformat=fixed,force_size=on');
    expect(await inspected()).toEqual({ format: 'vhd', virtualSizeBytes: MIB, problems: [] });
    expect(await inspected(disk)).toMatchObject({ format: 'gpt', problems: [] });
  });

  it.each([
    ['qcow2', 24, u64be(2n ** 62n)],
    ['qcow2', 36, u32be(0xffff_ffff)],
    ['qcow2', 40, u64be(2n ** 62n)],
    ['qcow2', 20, u32be(63)],
    ['qcow2', 60, u32be(0xffff_ffff)],
    ['vmdk', 12, u64le(2n ** 62n)],
    ['vmdk', 12, u64le(0)],
    ['vmdk', 28, u64le(2n ** 40n)],
    ['vmdk', 36, u64le(2n ** 40n)],
    ['vdi', 0x170, u64le(2n ** 62n)],
    ['vdi', 0x4c, u32le(4)],
    ['vpc', 60, u32be(4)],
    ['vpc', 48, u64be(2n ** 62n)],
  ])('a %s image whose header is damaged at byte %d is refused', async (format, offset, value) => {
    await convert(format);
    await writeFile(image, withBytes(await readFile(image), offset, value));
    expect((await inspected()).problems).not.toEqual([]);
  });

  it.each(['qcow2', 'vmdk', 'vdi', 'vhdx', 'vpc'])('a %s image with another one over it is refused', async (format) => {
    await convert(format);
    const handle = await open(image, 'r+');
    await handle.write(iso().subarray(32 * 1024), 0, 2048, 32 * 1024);
    await handle.close();
    expect((await inspected()).problems.join()).toContain('several formats at once');
  });
});
