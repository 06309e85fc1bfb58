import { describeConformance } from '../../support/conformance-target.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';

const copyTo = (session: ImageSession, imageId: string, wish: object) =>
  requestImport(session, imageId, { method: { name: 'copy-image' }, ...wish });

const storesOf = (image: { stores: string }): string[] => image.stores.split(',').toSorted();

const tasksOf = async (session: ImageSession, imageId: string): Promise<unknown[]> =>
  expectStatus(await session.get(`/v2/images/${imageId}/tasks`), 200).json.tasks;

describeConformance('copying an image to other stores', 'default', (target) => {
  it('IMP-30 administrators copy, and the image stays as it is', async () => {
    const { member, admin } = target.cast();
    const image = await member.active();
    expectProblem(await copyTo(member, image.id, { stores: ['slow'] }), 403);
    expectEmpty(await copyTo(admin, image.id, { stores: ['slow'] }), 202);
    expect((await endOfImport(admin, image.id)).status).toBe('success');
    const copied = await member.show(image.id);
    const { status, size, checksum, os_hash_value } = image;
    expect(copied).toMatchObject({ status, size, checksum, os_hash_value });
    expect(copied).toMatchObject({ os_glance_importing_to_stores: '', os_glance_failed_import: '' });
    expect(storesOf(copied)).toEqual(['fast', 'slow']);
    expect(await target.filesOf(image.id)).toHaveLength(2);
    expect((await member.download(image.id)).text).toBe('ABCDEFGHIJ');
  });

  it('IMP-32 it is not copied to a store that has it', async () => {
    const { admin } = target.cast();
    const { id } = await admin.active();
    expectProblem(await copyTo(admin, id, { stores: ['slow', 'fast'] }), 400, 'fast');
    expect(await tasksOf(admin, id)).toEqual([]);
    expect((await admin.show(id)).stores).toBe('fast');
  });

  it('IMP-33 there is nothing to do when every store has it', async () => {
    const { admin } = target.cast();
    const { id } = await admin.active();
    expectEmpty(await copyTo(admin, id, { all_stores: true }), 202);
    await endOfImport(admin, id);
    const copied = await admin.show(id);
    expect(storesOf(copied)).toEqual(['fast', 'slow']);
    expectEmpty(await copyTo(admin, id, { all_stores: true }), 202);
    expect(await tasksOf(admin, id)).toHaveLength(1);
    expect(await admin.show(id)).toEqual(copied);
  });

  it('IMP-41 it is not copied to the default store that has it, named or not', async () => {
    const { admin } = target.cast();
    const { id } = await admin.active();
    expectProblem(await copyTo(admin, id, {}), 400, 'fast');
    expect(await tasksOf(admin, id)).toEqual([]);
  });
});

describeConformance('copying an image to stores of which one is broken', 'many-stores', (target) => {
  it('IMP-34 no copy remains, and the image stays as it was', async () => {
    const { admin } = target.cast();
    const { id } = await admin.active();
    await target.breakStore('slow');
    expectEmpty(await copyTo(admin, id, { stores: ['cheap', 'slow'] }), 202);
    expect((await endOfImport(admin, id)).status).toBe('failure');
    const image = await admin.show(id);
    expect(image).toMatchObject({ status: 'active', size: 10, stores: 'fast', os_glance_failed_import: 'slow' });
    expect(image).not.toHaveProperty('os_glance_import_task');
    await target.repairStores();
    expect(await target.filesOf(id)).toHaveLength(1);
    expect((await admin.download(id)).text).toBe('ABCDEFGHIJ');
  });
});
