import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithBackend } from '../../support/backends.js';
import { expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { hasQemuImg, qemuImg } from '../../support/qemu-images.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { expectSuccess, isInstalled, runCommand } from '../../support/run-command.js';
import { Service } from '../../support/service.js';
import { expectNothingLeft } from '../../support/task-aftermath.js';
import { taskEnvironment } from '../../support/task-deployment.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';
import { newAdmin, newMember } from '../../support/trusting-service.js';
import { patternOf } from '../../support/web-server.js';

const MIB = 1024 * 1024;
const DISK = patternOf(2 * MIB);
/** Each of them makes a file with a longer name beside the one that it is given. */
const TOOLS = [
  ['gzip', ['--keep'], '.gz'],
  ['bzip2', ['--keep'], '.bz2'],
  ['xz', ['--keep'], '.xz'],
  ['zstd', ['--quiet'], '.zst'],
] as const;

describe('what the operator wants done to imported data', () => {
  let service: Service;
  let member: ImageSession;
  let folder: string;
  let disk: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hindsight-disks-'));
    disk = join(folder, 'disk.raw');
    await writeFile(disk, DISK);
    service = await Service.start({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        OS_IMAGE_IMPORT_OPTS__IMAGE_IMPORT_PLUGINS: '[inject_image_metadata,image_decompression,image_conversion]',
        OS_INJECT_METADATA_PROPERTIES__INJECT: 'origin:web,os_type:linux',
        OS_HINDSIGHT__MAX_COMPRESSION_RATIO: '100',
        OS_HINDSIGHT__TASK_ATTEMPTS: '1',
      }),
    });
    member = newMember(service);
  });
  afterAll(async () => {
    await expectNothingLeft(service);
    await service.remove();
    await rm(folder, { recursive: true });
  });

  const importStaged = async (document: object, data: Buffer, session = member): Promise<any> => {
    const { id } = await session.staged({ ...document }, data);
    expectStatus(await requestImport(session, id, { method: { name: 'glance-direct' } }), 202);
    const { status, message } = await endOfImport(session, id);
    return { status, message, image: await session.show(id) };
  };

  const bytesOf = async ({ id }: { id: string }): Promise<Buffer> => (await member.download(id)).body;

  describeWithBackend('qemu-img', hasQemuImg, () => {
    for (const [tool, options, suffix] of TOOLS) {
      describeWithBackend(tool, isInstalled(tool), () => {
        const compressed = async (name: string, data: Buffer): Promise<Buffer> => {
          const file = join(folder, `${name}-${tool}`);
          await writeFile(file, data);
          expectSuccess(await runCommand(tool, [...options, file], {}));
          return readFile(`${file}${suffix}`);
        };

        it('is undone', async () => {
          const { status, image } = await importStaged({}, await compressed('disk', DISK));
          expect(status).toBe('success');
          expect(image).toMatchObject({ status: 'active', size: DISK.length, disk_format: 'raw' });
          expect((await bytesOf(image)).equals(DISK)).toBe(true);
        });

        it('is not undone for a bomb, nor for data that end early', async () => {
          const whole = await compressed('cut', DISK);
          const bomb = await compressed('bomb', Buffer.alloc(80 * MIB));
          for (const data of [bomb, whole.subarray(0, whole.length - 20)]) {
            const { status, image } = await importStaged({}, data);
            expect(status).toBe('failure');
            await expectQueuedWithoutData(member, image.id);
          }
        });
      });
    }

    it.each(['qcow2', 'vmdk', 'vdi', 'vhdx'])('%s is converted to raw', async (format) => {
      const file = join(folder, `disk.${format}`);
      await qemuImg('convert', '-f', 'raw', '-O', format, disk, file);
      const { status, image } = await importStaged({ disk_format: format }, await readFile(file));
      expect(status).toBe('success');
      expect(image).toMatchObject({ disk_format: 'raw', size: DISK.length, virtual_size: DISK.length });
      expect((await bytesOf(image)).equals(DISK)).toBe(true);
    });

    it('an image with a backing file is refused, and stays what it was described as', async () => {
      const file = join(folder, 'overlay.qcow2');
      await qemuImg('create', '-f', 'qcow2', '-b', disk, '-F', 'raw', file);
      const { status, image } = await importStaged({ disk_format: 'qcow2' }, await readFile(file));
      expect(status).toBe('failure');
      expect(image).toMatchObject({ status: 'queued', disk_format: 'qcow2', size: null });
      expect(image).not.toHaveProperty('origin');
    });

    it('raw data of another format than was said is refused', async () => {
      const { status, message, image } = await importStaged({ disk_format: 'qcow2' }, DISK);
      expect([status, image.status]).toEqual(['failure', 'queued']);
      expect(message).toMatch(/format/i);
    });

    it('properties are injected, but not for the roles that the operator leaves out', async () => {
      const { image } = await importStaged({ origin: 'disc' }, DISK);
      expect(image).toMatchObject({ origin: 'web', os_type: 'linux' });
      const { image: ofAdmin } = await importStaged({ origin: 'disc' }, DISK, newAdmin(service));
      expect(ofAdmin.origin).toBe('disc');
      expect(ofAdmin).not.toHaveProperty('os_type');
    });
  });
});
