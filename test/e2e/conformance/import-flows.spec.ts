import { createHash } from 'node:crypto';
import { describeConformance, FORBIDDEN_HOST } from '../../support/conformance-target.js';
import { expectEmpty, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { endOfImport, imageBecomes, importFromWeb, requestImport } from '../../support/task-flows.js';
import { patternOf, WebServer } from '../../support/web-server.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';

const GLANCE_DIRECT = { method: { name: 'glance-direct' } };
const DATA = patternOf(300_000);

const hex = (algorithm: string, data: Uint8Array): string => createHash(algorithm).update(data).digest('hex');

const STORED = {
  status: 'active',
  size: DATA.length,
  virtual_size: DATA.length,
  checksum: hex('md5', DATA),
  os_hash_algo: 'sha512',
  os_hash_value: hex('sha512', DATA),
};

const storesOf = (image: { stores?: string }): string[] => (image.stores ?? '').split(',').filter(Boolean).toSorted();

/** Stages data, imports it to its end, and gives the image and its task. */
const importStaged = async (member: ImageSession, wish = {}, headers = {}): Promise<{ image: any; task: any }> => {
  const { id } = await member.staged({}, DATA);
  expectEmpty(await requestImport(member, id, { ...GLANCE_DIRECT, ...wish }, headers), 202);
  const task = await endOfImport(member, id);
  return { task, image: await member.show(id) };
};

describeConformance('importing staged data', 'default', (target) => {
  it('IMP-01 it makes the image active, with its hashes, and leaves the staging area', async () => {
    const { member } = target.cast();
    const { image } = await importStaged(member);
    expect(image).toMatchObject({ ...STORED, stores: 'fast' });
    expect(await target.filesOf(image.id)).toHaveLength(1);
    expect((await member.download(image.id)).body.equals(DATA)).toBe(true);
  });

  it('IMP-02 no lock remains, and two empty lists of stores', async () => {
    const { image } = await importStaged(target.cast().member);
    expect(image).toMatchObject({ os_glance_importing_to_stores: '', os_glance_failed_import: '' });
    expect(image).not.toHaveProperty('os_glance_import_task');
  });

  it('IMP-03 its one task says who asked for what, and how it ended', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.staged({}, DATA);
    const { headers } = expectStatus(await requestImport(member, id, GLANCE_DIRECT), 202);
    await endOfImport(member, id);
    const { tasks } = expectStatus(await member.get(`/v2/images/${id}/tasks`), 200).json;
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      type: 'api_image_import',
      status: 'success',
      message: 'Copied 0 MiB',
      owner: projects.member,
      user_id: 'member',
      request_id: headers['x-openstack-request-id'],
      image_id: id,
      input: { image_id: id, import_req: GLANCE_DIRECT, backend: ['fast'] },
      result: { image_id: id },
    });
  });

  it('IMP-19 it comes to each of the stores that were named', async () => {
    const { member } = target.cast();
    const { image } = await importStaged(member, { stores: ['fast', 'slow'] });
    expect(image).toMatchObject(STORED);
    expect(storesOf(image)).toEqual(['fast', 'slow']);
    expect(await target.filesOf(image.id)).toHaveLength(2);
  });

  it('IMP-23 a header names the store', async () => {
    const { member } = target.cast();
    const { image } = await importStaged(member, {}, { 'X-Image-Meta-Store': 'slow' });
    expect(image).toMatchObject({ ...STORED, stores: 'slow' });
    expect((await member.download(image.id)).body.equals(DATA)).toBe(true);
  });
});

describeConformance('importing to stores of which some are broken', 'many-stores', (target) => {
  it('IMP-20 all stores are all but those that can only be read', async () => {
    const { image, task } = await importStaged(target.cast().member, { all_stores: true });
    expect(task.status).toBe('success');
    expect(image).toMatchObject({ ...STORED, os_glance_failed_import: '' });
    expect(storesOf(image)).toEqual(['cheap', 'fast', 'slow']);
  });

  it('IMP-24 the image gets the stores that work, if that is enough', async () => {
    await target.breakStore('slow');
    const wish = { stores: ['fast', 'slow', 'cheap'], all_stores_must_succeed: false };
    const { image, task } = await importStaged(target.cast().member, wish);
    expect(task.status).toBe('success');
    expect(image).toMatchObject({ ...STORED, os_glance_importing_to_stores: '', os_glance_failed_import: 'slow' });
    expect(storesOf(image)).toEqual(['cheap', 'fast']);
  });

  it('IMP-25 a store that fails takes the others with it, if all must succeed', async () => {
    await target.breakStore('slow');
    const { member } = target.cast();
    const { image, task } = await importStaged(member, { stores: ['fast', 'slow'] });
    expect(task.status).toBe('failure');
    expect(image).toMatchObject({ size: null, checksum: null, os_hash_value: null });
    expect(image.os_glance_failed_import.split(',')).toContain('slow');
    for (const left of ['stores', 'os_glance_import_task']) expect(image).not.toHaveProperty(left);
    await target.repairStores();
    // Glance leaves it `importing`, with its staged data.
    if (target.external) return;
    await expectQueuedWithoutData(member, image.id);
    expect(await target.filesOf(image.id)).toEqual([]);
  });

  it('IMP-26 the import fails when no store works', async () => {
    for (const store of ['fast', 'slow']) await target.breakStore(store);
    const { member } = target.cast();
    const wish = { stores: ['fast', 'slow'], all_stores_must_succeed: false };
    const { image, task } = await importStaged(member, wish);
    expect(task.status).toBe('failure');
    expect(image).toMatchObject({ os_glance_importing_to_stores: '', os_glance_failed_import: 'fast,slow' });
    await expectQueuedWithoutData(member, image.id);
  });

  it('IMP-40 a store that can only be read is accepted, and fails', async () => {
    const { member } = target.cast();
    const { image, task } = await importStaged(member, { stores: ['web'] });
    expect(task.status).toBe('failure');
    expect(image.os_glance_failed_import).toBe('web');
    for (const left of ['stores', 'os_glance_import_task']) expect(image).not.toHaveProperty(left);
    if (!target.external) await expectQueuedWithoutData(member, image.id);
  });
});

describeConformance('importing from the web', 'web-import', (target) => {
  let web: WebServer;

  beforeAll(async () => {
    web = await WebServer.start();
  });
  afterAll(() => web.stop());

  it('IMP-14 a redirect to where nothing may be fetched from ends the import', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    await importFromWeb(member, id, web.redirect('/elsewhere', `http://${FORBIDDEN_HOST}/disk.img`));
    expect(await endOfImport(member, id)).toMatchObject({ status: 'failure', result: null });
    const image = await member.show(id);
    expect(image).toMatchObject({ os_glance_importing_to_stores: '', os_glance_failed_import: 'fast' });
    expect(image).not.toHaveProperty('os_glance_import_task');
    await expectQueuedWithoutData(member, id);
    expect(web.countOf('/elsewhere')).toBeGreaterThan(0);
  });

  it('IMP-15 the image is importing until its data is there', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    await importFromWeb(member, id, web.serve('/disk.img', { bytes: DATA, after: gate.promise }));
    const importing = await imageBecomes(member, id, 'importing');
    expect(importing).toMatchObject({ os_glance_importing_to_stores: 'fast', checksum: null });
    expect(importing.os_glance_import_task).toEqual(expect.any(String));
    gate.resolve();
    expect((await endOfImport(member, id)).status).toBe('success');
    expect(await member.show(id)).toMatchObject({ ...STORED, stores: 'fast' });
    expect((await member.download(id)).body.equals(DATA)).toBe(true);
  });
});
