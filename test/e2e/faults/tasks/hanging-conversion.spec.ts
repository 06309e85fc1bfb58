import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWithBackend } from '../../../support/backends.js';
import { expectStatus } from '../../../support/expectations.js';
import type { ImageSession } from '../../../support/image-session.js';
import { hasQemuImg, qemuImg } from '../../../support/qemu-images.js';
import { Service } from '../../../support/service.js';
import { expectNothingLeft, historyOf } from '../../../support/task-aftermath.js';
import { taskEnvironment } from '../../../support/task-deployment.js';
import { createTask, endOfImport, endOfTask, requestImport } from '../../../support/task-flows.js';
import { newAdmin, newMember } from '../../../support/trusting-service.js';
import { processEnded, WaitingQemuImg } from '../../../support/waiting-qemu-img.js';
import { patternOf } from '../../../support/web-server.js';
import { expectQueuedWithoutData } from '../../../support/queued-image.js';

describeWithBackend('qemu-img', hasQemuImg, () => {
  let service: Service;
  let member: ImageSession;
  let tool: WaitingQemuImg;
  let disk: Buffer;

  beforeEach(async () => {
    service = await Service.prepare({
      environment: (dataDir) => ({
        ...taskEnvironment(dataDir),
        OS_IMAGE_IMPORT_OPTS__IMAGE_IMPORT_PLUGINS: '[image_conversion]',
        OS_HINDSIGHT__QEMU_IMG: join(dataDir, 'waiting-qemu-img'),
        OS_HINDSIGHT__CONVERSION_TIMEOUT: '2',
        OS_HINDSIGHT__GRACEFUL_SHUTDOWN_TIMEOUT: '1',
      }),
    });
    tool = await WaitingQemuImg.create(service.dataDir);
    const [raw, qcow2] = ['disk.raw', 'disk.qcow2'].map((name) => join(service.dataDir, name)) as [string, string];
    await writeFile(raw, patternOf(1024 * 1024));
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', raw, qcow2);
    disk = await readFile(qcow2);
    await service.launch();
    member = newMember(service);
  });
  afterEach(() => service.remove());

  const importDisk = async (): Promise<string> => {
    const { id } = await member.staged({ disk_format: 'qcow2' }, disk);
    expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
    return id;
  };

  describe('a conversion that hangs', () => {
    it('is ended, fails the import, and leaves neither a process nor a byte', async () => {
      await tool.hold();
      const id = await importDisk();
      const pid = await tool.waiting();
      const task = await endOfImport(member, id);
      expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(/longer than it may/) });
      await processEnded(pid);
      await expectQueuedWithoutData(member, id);
      await expectNothingLeft(service);
      expect((await historyOf(service, id)).at(-1)).toMatchObject({ event: 'ImageImportFailed', reason: task.message });
    });

    it('fails an export, and leaves the image as it is', async () => {
      const admin = newAdmin(service);
      const { id } = await admin.active({ disk_format: 'qcow2' }, disk);
      await tool.hold();
      const input = { image_id: id, destination: { store: 'slow' }, disk_format: 'raw' };
      const taskId = await createTask(admin, 'export', input);
      const pid = await tool.waiting();
      expect((await endOfTask(admin, taskId)).status).toBe('failure');
      await processEnded(pid);
      expect((await admin.download(id)).body.equals(disk)).toBe(true);
      await expectNothingLeft(service);
    });

    it('does not keep the process from stopping, and is done again by the next', async () => {
      await tool.hold();
      const id = await importDisk();
      const pid = await tool.waiting();
      expect(await service.stop()).toBe(0);
      await processEnded(pid);
      await tool.release();
      await service.launch();
      expect((await endOfImport(member, id)).status).toBe('success');
      expect(await member.show(id)).toMatchObject({ status: 'active', disk_format: 'raw', size: 1024 * 1024 });
      await expectNothingLeft(service);
    });
  });
});
