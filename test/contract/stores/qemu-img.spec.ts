import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describeWithBackend } from '../../support/backends.js';
import { eventually } from '../../support/eventually.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';
import { inspectData } from '../../support/inspect-data.js';

const DISK_BYTES = 5 * 1024 * 1024;
const secret = ['--object', 'secret,id=key,data=not-so-secret'];

describeWithBackend('qemu-img', isInstalled('qemu-img'), () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-inspection-'));
    await writeFile(join(folder, 'disk.raw'), randomBytes(DISK_BYTES));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const qemuImg = async (...args: readonly string[]): Promise<void> => {
    expectSuccess(await runCommand('qemu-img', args, {}));
  };

  /** A file of this format with random content. */
  const convert = async (format: string, ...options: readonly string[]): Promise<Buffer> => {
    const file = join(folder, `converted.${format}`);
    await qemuImg('convert', '-f', 'raw', ...options, '-O', format, join(folder, 'disk.raw'), file);
    return readFile(file);
  };

  /** An empty file of this format. */
  const create = async (format: string, ...options: readonly string[]): Promise<Buffer> => {
    const file = join(folder, `created.${format}`);
    await qemuImg('create', '-q', '-f', format, ...options, file, String(DISK_BYTES));
    return readFile(file);
  };

  const sizeSaid = async (format: string, name: string): Promise<number> => {
    const args = ['info', '-f', format, '--output', 'json', join(folder, name)];
    const info = JSON.parse(expectSuccess(await runCommand('qemu-img', args, {})));
    return info['virtual-size'];
  };

  it.each([
    ['qcow2', 'qcow2', 'qcow2', []],
    ['qcow2 version 2', 'qcow2', 'qcow2', ['-o', 'compat=0.10']],
    ['compressed qcow2', 'qcow2', 'qcow2', ['-c']],
    ['qcow2 with zstd', 'qcow2', 'qcow2', ['-c', '-o', 'compression_type=zstd']],
    ['qcow2 with small clusters', 'qcow2', 'qcow2', ['-o', 'cluster_size=512']],
    ['qcow2 with large clusters', 'qcow2', 'qcow2', ['-o', 'cluster_size=2M']],
    ['qcow2 with lazy reference counts', 'qcow2', 'qcow2', ['-o', 'lazy_refcounts=on']],
    ['preallocated qcow2', 'qcow2', 'qcow2', ['-o', 'preallocation=full']],
    ['dynamic VHD', 'vhd', 'vpc', ['-o', 'force_size=on']],
    ['fixed VHD', 'vhd', 'vpc', ['-o', 'subformat=fixed,force_size=on']],
    ['dynamic VHDX', 'vhdx', 'vhdx', []],
    ['fixed VHDX', 'vhdx', 'vhdx', ['-o', 'subformat=fixed']],
    ['sparse VMDK', 'vmdk', 'vmdk', ['-o', 'subformat=monolithicSparse']],
    ['stream-optimized VMDK', 'vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
    ['dynamic VDI', 'vdi', 'vdi', []],
    ['static VDI', 'vdi', 'vdi', ['-o', 'static=on']],
    ['raw', 'raw', 'raw', []],
  ])('a file of %s is safe and tells its virtual size, however it comes', async (_, format, driver, options) => {
    for (const data of [
      await convert(driver, ...options),
      await create(driver, ...options.filter((it) => it !== '-c')),
    ]) {
      const expected = { format, virtualSizeBytes: DISK_BYTES, problems: [] };
      expect(inspectData(data)).toEqual(expected);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 300_000 }), { maxLength: 30 }), (sizes) => {
          expect(inspectData(data, sizes)).toEqual(expected);
        }),
        { numRuns: 5 },
      );
    }
  });

  it.each(['dynamic', 'fixed'])('a %s VHD of the usual rounded size tells what its makers read', async (subformat) => {
    const data = await create('vpc', '-o', `subformat=${subformat}`);
    const virtualSizeBytes = await sizeSaid('vpc', 'created.vpc');
    expect(inspectData(data)).toEqual({ format: 'vhd', virtualSizeBytes, problems: [] });
  });

  it('a qcow2 of the size of a large disk is safe', async () => {
    const file = join(folder, 'large.qcow2');
    await qemuImg('create', '-q', '-f', 'qcow2', file, '10T');
    expect(inspectData(await readFile(file))).toMatchObject({ virtualSizeBytes: 10 * 2 ** 40, problems: [] });
  });

  it('a qcow2 with snapshots is safe', async () => {
    await create('qcow2');
    await qemuImg('snapshot', '-c', 'before', join(folder, 'created.qcow2'));
    const data = await readFile(join(folder, 'created.qcow2'));
    expect(inspectData(data)).toEqual({ format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it('a LUKS volume is safe and tells the size of its payload', async () => {
    // It measures its own CPU time to choose the number of iterations, and gives up when a busy machine hides it.
    const data = await eventually(() => create('luks', ...secret, '-o', 'key-secret=key,iter-time=10'));
    expect(inspectData(data)).toEqual({ format: 'luks', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it('an encrypted qcow2 is safe', async () => {
    const data = await create('qcow2', ...secret, '-o', 'encrypt.format=aes,encrypt.key-secret=key');
    expect(inspectData(data)).toEqual({ format: 'qcow2', virtualSizeBytes: DISK_BYTES, problems: [] });
  });

  it('a qcow2 with a backing file is refused', async () => {
    const data = await create('qcow2', '-b', join(folder, 'disk.raw'), '-F', 'raw');
    expect(inspectData(data)).toMatchObject({ format: 'qcow2', problems: ['it has a backing file'] });
  });

  it('a version 2 qcow2 with a backing file is refused for that alone', async () => {
    const data = await create('qcow2', '-o', 'compat=0.10', '-b', join(folder, 'disk.raw'), '-F', 'raw');
    expect(inspectData(data)).toMatchObject({ format: 'qcow2', problems: ['it has a backing file'] });
  });

  it.each(['on', 'off'])('a qcow2 with an external data file (raw: %s) is refused', async (raw) => {
    const data = await create('qcow2', '-o', `data_file=${join(folder, 'data')},data_file_raw=${raw}`);
    expect(inspectData(data)).toMatchObject({ format: 'qcow2', problems: ['its data is in an external file'] });
  });

  it('a qcow2 with extended L2 entries is refused', async () => {
    const data = await create('qcow2', '-o', 'extended_l2=on,cluster_size=128k');
    expect(inspectData(data).problems).toEqual(['it has unknown incompatible features']);
  });

  it.each([
    ['qcow', 'its version is 1'],
    ['qed', 'the format qed is not allowed'],
  ])('a file of the old format %s is refused', async (format, problem) => {
    expect(inspectData(await create(format))).toMatchObject({ format, problems: [problem] });
  });

  it.each(['monolithicFlat', 'twoGbMaxExtentSparse', 'twoGbMaxExtentFlat'])(
    'the descriptor of a VMDK of type %s is refused',
    async (subformat) => {
      const data = await create('vmdk', '-o', `subformat=${subformat}`);
      expect(inspectData(data)).toMatchObject({
        format: 'vmdk',
        problems: ['it is a descriptor, whose data is in other files'],
      });
    },
  );

  it('a VMDK with a backing file is refused', async () => {
    await qemuImg('create', '-q', '-f', 'vmdk', join(folder, 'base.vmdk'), String(DISK_BYTES));
    const data = await create('vmdk', '-b', join(folder, 'base.vmdk'), '-F', 'vmdk');
    expect(inspectData(data)).toMatchObject({ format: 'vmdk', problems: ['it has a parent'] });
  });

  it.each(['qcow2', 'vpc', 'vhdx', 'vmdk', 'vdi'])(
    'files of %s that are cut off never look like whole ones of another kind',
    async (driver) => {
      const data = await create(driver);
      const { format } = inspectData(data);
      for (const length of [16, 100, 200, 511, 513, 1023, 5000, 40_000, 200_000, 300_000]) {
        expect([format, 'raw']).toContain(inspectData(data.subarray(0, length)).format);
      }
      expect(inspectData(data.subarray(0, 50)).problems.length > 0 || driver === 'vdi').toBe(true);
    },
  );
});
