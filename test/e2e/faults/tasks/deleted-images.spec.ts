import { eventually } from '../../../support/eventually.js';
import { expectProblem, expectStatus } from '../../../support/expectations.js';
import { imageFilesBelow } from '../../../support/image-files.js';
import type { ImageSession } from '../../../support/image-session.js';
import { Service } from '../../../support/service.js';
import type { ServiceEnvironment } from '../../../support/service.js';
import { eventsOf, expectNothingLeft } from '../../../support/task-aftermath.js';
import { taskEnvironment } from '../../../support/task-deployment.js';
import { endOfTask, importFromWeb, requestImport, taskOf } from '../../../support/task-flows.js';
import { newAdmin, newMember } from '../../../support/trusting-service.js';
import { patternOf, WebServer } from '../../../support/web-server.js';

const MIB = 1024 * 1024;
const BYTES = patternOf(6 * MIB);

describe('an image that is deleted during its import', () => {
  let service: Service;
  let web: WebServer;
  let admin: ImageSession;
  let member: ImageSession;

  beforeAll(async () => {
    web = await WebServer.start();
  });
  afterAll(() => web.stop());
  afterEach(() => service.remove());

  const begin = async (environment: ServiceEnvironment = {}): Promise<void> => {
    service = await Service.start({ environment: (dataDir) => ({ ...taskEnvironment(dataDir), ...environment }) });
    [admin, member] = [newAdmin(service), newMember(service)];
  };

  const filesOf = (imageId: string): Promise<string[]> => imageFilesBelow(service.dataDir, imageId);

  /** Demands that the image stays deleted, its task fails, and all bytes go away. */
  const expectGone = async (id: string, taskId: string): Promise<void> => {
    expect(await endOfTask(admin, taskId)).toMatchObject({
      status: 'failure',
      message: expect.stringMatching(/deleted/),
    });
    expectProblem(await member.get(`/v2/images/${id}`), 404);
    await eventually(async () => expect(await filesOf(id)).toEqual([]));
    await expectNothingLeft(service);
    const events = await eventsOf(service, id);
    expect(events).not.toContain('ImageImportActivated');
    expect(events).toContain('ImageDeleted');
  };

  it('while data is downloaded: the download ends', async () => {
    await begin();
    const { id } = await member.queued();
    const never = new Promise<void>(() => undefined);
    const taskId = await importFromWeb(member, id, web.serve('/never.img', { bytes: BYTES, after: never }));
    await eventually(() => expect(web.countOf('/never.img')).toBe(1));
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await expectGone(id, taskId);
  });

  it('while data is written to a store: nothing of it remains', async () => {
    await begin({ OS_FAST__TASK_WRITE_RATE: '1MB' });
    const { id } = await member.staged({}, BYTES);
    expectStatus(await requestImport(member, id, { method: { name: 'glance-direct' } }), 202);
    const taskId = await taskOf(member, id);
    await eventually(async () =>
      expect(await filesOf(id)).toContainEqual(expect.stringMatching(/fast\/.unfinished\//)),
    );
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await expectGone(id, taskId);
  });

  it('between two stores: both are empty again', async () => {
    await begin({ OS_SLOW__TASK_WRITE_RATE: '1MB' });
    const { id } = await member.queued();
    const uri = web.serve('/disk.img', { bytes: BYTES });
    const taskId = await importFromWeb(member, id, uri, { stores: ['fast', 'slow'] });
    await eventually(async () =>
      expect(await filesOf(id)).toContainEqual(expect.stringMatching(/slow\/.unfinished\//)),
    );
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    await expectGone(id, taskId);
  });

  it('with delayed delete: it waits for the scrubber, and can be restored with what it had', async () => {
    await begin({
      OS_SLOW__TASK_WRITE_RATE: '1MB',
      OS_DEFAULT__DELAYED_DELETE: 'true',
      OS_DEFAULT__SCRUB_TIME: '3600',
    });
    const { id } = await admin.active({}, BYTES);
    expectStatus(await requestImport(admin, id, { method: { name: 'copy-image' }, stores: ['slow'] }), 202);
    const taskId = await taskOf(admin, id);
    await eventually(async () => expect(await filesOf(id)).toHaveLength(2));
    expectStatus(await admin.delete(`/v2/images/${id}`), 204);
    expect((await endOfTask(admin, taskId)).status).toBe('failure');
    expectStatus(await admin.action(id, 'restore'), 204);
    expect(await admin.show(id)).toMatchObject({ status: 'active', stores: 'fast' });
    expect((await admin.download(id)).body.equals(BYTES)).toBe(true);
    await eventually(async () => expect(await filesOf(id)).toHaveLength(1));
    await expectNothingLeft(service);
  });

  it('a clone is made of an image that is deleted meanwhile: the clone has the data, or is not there', async () => {
    await begin({ OS_SLOW__TASK_WRITE_RATE: '1MB' });
    const source = await admin.active({}, BYTES);
    const input = { image_id: source.id, name: 'twin', store: 'slow' };
    const { id: taskId } = expectStatus(await admin.post('/v2/tasks', { type: 'clone', input }), 201).json;
    await eventually(async () => expect(await admin.names('?name=twin&status=importing')).toEqual(['twin']));
    expectStatus(await admin.delete(`/v2/images/${source.id}`), 204);
    const { status, result } = await endOfTask(admin, taskId);
    const clones = (await admin.list('?name=twin')).images;
    if (status === 'success') {
      expect(clones.map((clone: { id: string }) => clone.id)).toEqual([result.image_id]);
      expect((await admin.download(result.image_id)).body.equals(BYTES)).toBe(true);
    } else {
      expect(clones).toEqual([]);
    }
    await eventually(async () => expect(await filesOf(source.id)).toEqual([]));
    await expectNothingLeft(service);
  });
});
