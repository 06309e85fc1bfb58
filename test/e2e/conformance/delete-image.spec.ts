import { rm, stat } from 'node:fs/promises';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { eventually } from '../../support/eventually.js';
import { openImageWorkbench, OWNER } from '../../support/image-workbench.js';
import { StoreWithDependents } from '../../support/store-with-dependents.js';
import { activeImage } from '../../support/workbench-images.js';
import { presentationOf } from '../../../src/http/error-status.js';
import { StoredDataInUse } from '../../../src/stores/stores.errors.js';
import { endOfTask, imageBecomes, importFromWeb } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

describeConformance('deleting an image', 'default', (target) => {
  it('DEL-01 a deleted image is gone at once', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images/${id}`), 404);
    expect((await member.list()).images).toEqual([]);
  });

  it('DEL-02 it cannot be deleted twice', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.delete(`/v2/images/${id}`), 404);
  });

  it('DEL-03 a protected image is kept, even from an administrator, until the protection is taken off', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({ protected: true });
    const text = `Image ${id} is protected and cannot be deleted.`;
    for (const session of [member, admin]) expectProblem(await session.delete(`/v2/images/${id}`), 403, text);
    expectStatus(await member.patch(id, [{ op: 'replace', path: '/protected', value: false }]), 200);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
  });

  it('DEL-04 foreign images are hidden or forbidden', async () => {
    const { member, admin, other } = target.cast();
    const hidden = await member.create({ visibility: 'private' });
    const open = await admin.create({ visibility: 'public' });
    expectProblem(await other.delete(`/v2/images/${hidden.id}`), 404);
    expectProblem(await other.delete(`/v2/images/${open.id}`), 403);
    expect((await admin.show(hidden.id)).id).toBe(hidden.id);
    expect((await admin.show(open.id)).id).toBe(open.id);
  });

  it('DEL-05 a deactivated image can be deleted, and its data goes too', async () => {
    const { member } = target.cast();
    const { id } = await member.deactivated();
    const [file] = await target.filesOf(id);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    if (!target.external) await eventually(() => expect(stat(file!)).rejects.toMatchObject({ code: 'ENOENT' }));
  });

  it('DEL-06 staged data goes with its image', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    const [file] = await target.filesOf(id);
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images/${id}`), 404);
    await eventually(() => expect(stat(file!)).rejects.toMatchObject({ code: 'ENOENT' }));
  });

  it('DEL-08 an image whose data has vanished already can be deleted', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    const [file] = await target.filesOf(id);
    await rm(file!);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images/${id}`), 404);
  });
});

describeConformance('deleting an image with delay', 'delayed-delete', (target) => {
  it('DEL-09 the image is gone at once, and its data later', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.active();
    const [file] = await target.filesOf(id);
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    expect((await stat(file!)).size).toBe(10);
    for (const session of [member, admin]) expectProblem(await session.get(`/v2/images/${id}`), 404);
    // Glance leaves the removal to a separate process.
    if (!target.external) await eventually(() => expect(stat(file!)).rejects.toMatchObject({ code: 'ENOENT' }));
  });

  it('DEL-10 an administrator cannot delete a deactivated image', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.deactivated();
    expectProblem(await admin.delete(`/v2/images/${id}`), 400);
    expect((await member.show(id)).status).toBe('deactivated');
  });
});

describeConformance('deleting an image that is being imported', 'web-import', (target) => {
  let web: WebServer;

  beforeAll(async () => {
    web = await WebServer.start();
  });
  afterAll(() => web.stop());

  it('DEL-11 nobody has to wait for the import', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.queued();
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    const taskId = await importFromWeb(
      member,
      id,
      web.serve('/disk.img', { bytes: Buffer.alloc(10), after: gate.promise }),
    );
    await imageBecomes(member, id, 'importing');
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images/${id}`), 404);
    gate.resolve();
    expect((await endOfTask(admin, taskId)).status).toBe('failure');
    await eventually(async () => expect(await target.filesOf(id)).toEqual([])); // the scrubber waited for the import
  });
});

/** Without a server: the stores that there are have nothing that depends on their data. */
describe('deleting an image whose data others depend on in its store', () => {
  it('DEL-07 is refused, and the image stays as it is', async () => {
    const driver = new StoreWithDependents();
    const client = { caller: OWNER, requestId: 'req-1' };
    const bench = await openImageWorkbench({ driver });
    try {
      const imageId = await activeImage(bench);
      driver.depend(`memory:///${imageId}`);
      await expect(bench.deletions.delete(imageId, client, null)).rejects.toBeInstanceOf(StoredDataInUse);
      expect(presentationOf('store.data_in_use')?.status).toBe(409);
      expect((await bench.images.stateOf(imageId)).status).toBe('active');
      driver.release(`memory:///${imageId}`);
      await bench.deletions.delete(imageId, client, null);
      expect((await bench.images.stateOf(imageId)).status).toBe('deleted');
    } finally {
      await bench.close();
    }
  });
});
