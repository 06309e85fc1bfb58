import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expectStatus } from '../../../support/expectations.js';
import { imageFilesBelow } from '../../../support/image-files.js';
import type { ImageSession } from '../../../support/image-session.js';
import { Service } from '../../../support/service.js';
import type { ServiceEnvironment } from '../../../support/service.js';
import { describeOnSmallDisk, fillDisk } from '../../../support/small-disk.js';
import { expectNothingLeft, historyOf } from '../../../support/task-aftermath.js';
import { taskEnvironment } from '../../../support/task-deployment.js';
import { createTask, endOfImport, endOfTask, importFromWeb, requestImport } from '../../../support/task-flows.js';
import { newAdmin, newMember } from '../../../support/trusting-service.js';
import { patternOf, WebServer } from '../../../support/web-server.js';
import { expectQueuedWithoutData } from '../../../support/queued-image.js';

const MIB = 1024 * 1024;
const LARGE = patternOf(6 * MIB);
const SMALL = patternOf(MIB);

describeOnSmallDisk('a task and a full disk', (disk) => {
  let service: Service;
  let member: ImageSession;
  let web: WebServer;

  afterAll(() => web.stop());
  afterEach(async () => {
    await service.remove();
    for (const folder of ['fast', 'staging']) await rm(join(disk.folder, folder), { recursive: true, force: true });
  });
  beforeAll(async () => {
    web = await WebServer.start();
    web.serve('/large.img', { bytes: LARGE });
    web.serve('/small.img', { bytes: SMALL });
  });

  const begin = async (onDisk: ServiceEnvironment): Promise<void> => {
    service = await Service.start({ environment: (dataDir) => ({ ...taskEnvironment(dataDir), ...onDisk }) });
    member = newMember(service);
  };

  const filesOf = async (imageId: string): Promise<string[]> =>
    (await Promise.all([service.dataDir, disk.folder].map((folder) => imageFilesBelow(folder, imageId)))).flat();

  const expectFailed = async (id: string): Promise<void> => {
    const task = await endOfImport(member, id);
    expect(task).toMatchObject({ status: 'failure', message: expect.stringMatching(/full|space|room/i) });
    await expectQueuedWithoutData(member, id);
    expect(await filesOf(id)).toEqual([]);
    expect((await historyOf(service, id)).at(-1)).toMatchObject({ event: 'ImageImportFailed', reason: task.message });
  };

  describe('of a store', () => {
    beforeEach(() => begin({ OS_FAST__FILESYSTEM_STORE_DATADIR: join(disk.folder, 'fast') }));

    it('an import that does not fit fails, leaves nothing, and a smaller one succeeds', async () => {
      const { id } = await member.queued();
      await importFromWeb(member, id, web.url('/large.img'));
      await expectFailed(id);
      await importFromWeb(member, id, web.url('/small.img'));
      expect((await endOfImport(member, id)).status).toBe('success');
      expect((await member.download(id)).body.equals(SMALL)).toBe(true);
      await expectNothingLeft(service);
    });

    it('the other store does without it, if that is enough', async () => {
      const { id } = await member.staged({}, LARGE);
      const wish = { stores: ['fast', 'slow'], all_stores_must_succeed: false };
      expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' }, ...wish }), 202);
      expect((await endOfImport(member, id)).status).toBe('success');
      expect(await member.show(id)).toMatchObject({
        status: 'active',
        stores: 'slow',
        os_glance_failed_import: 'fast',
      });
      expect(await filesOf(id)).toHaveLength(1);
      await expectNothingLeft(service);
    });

    it('an export that does not fit fails and leaves nothing', async () => {
      const admin = newAdmin(service);
      const { id } = await admin.queued();
      const headers = { 'x-image-meta-store': 'slow' };
      expectStatus(await admin.upload(id, LARGE, { headers }), 204);
      const taskId = await createTask(admin, 'export', { image_id: id, destination: { store: 'fast' } });
      expect(await endOfTask(admin, taskId)).toMatchObject({ status: 'failure', result: null });
      expect(await filesOf(taskId)).toEqual([]);
      await expectNothingLeft(service);
    });
  });

  describe('of the staging area', () => {
    const staging = (): string => join(disk.folder, 'staging');

    beforeEach(() => begin({ OS_OS_GLANCE_STAGING_STORE__FILESYSTEM_STORE_DATADIR: staging() }));

    it('a download that does not fit fails and leaves nothing', async () => {
      const { id } = await member.queued();
      await importFromWeb(member, id, web.url('/large.img'));
      await expectFailed(id);
      await expectNothingLeft(service, staging());
    });

    it('a full one fails the import, which succeeds when there is room again', async () => {
      const filler = join(disk.folder, 'filler');
      fillDisk(filler);
      const { id } = await member.queued();
      await importFromWeb(member, id, web.url('/small.img'));
      expect((await endOfImport(member, id)).status).toBe('failure');
      await rm(filler);
      await importFromWeb(member, id, web.url('/small.img'));
      expect((await endOfImport(member, id)).status).toBe('success');
      await expectNothingLeft(service, staging());
    });
  });
});
