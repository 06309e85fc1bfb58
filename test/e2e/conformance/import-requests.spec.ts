import { describeConformance } from '../../support/conformance-target.js';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { UNKNOWN_ID } from '../../support/image-session.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';

const GLANCE_DIRECT = { method: { name: 'glance-direct' } };
const COPY_IMAGE = { method: { name: 'copy-image' } };
/** Nobody answers there: the address is set aside for documents. */
const webDownload = (uri = 'http://198.51.100.7/disk.img') => ({ method: { name: 'web-download', uri } });

describeConformance('asking for an import', 'default', (target) => {
  it.each([{}, { stores: ['fast'] }, { method: {} }, { method: { uri: 'http://198.51.100.7/' } }])(
    'IMP-04 a request without a method or its name is refused: %j',
    async (body) => {
      const { member } = target.cast();
      const { id } = await member.staged();
      expectProblem(await requestImport(member, id, body), 400);
      expect((await member.show(id)).status).toBe('uploading');
    },
  );

  it.each(['bogus', 'glance-download', 'clone', ''])(
    'IMP-05 a method "%s", unknown or not enabled, is refused',
    async (name) => {
      const { member } = target.cast();
      const { id } = await member.queued();
      expectProblem(await requestImport(member, id, { method: { name } }), 400, `'${name}'`);
      expect(await member.show(id)).not.toHaveProperty('os_glance_import_task');
    },
  );

  it.each(['all_stores', 'all_stores_must_succeed'])('IMP-06 %s is a boolean', async (field) => {
    const { member } = target.cast();
    const { id } = await member.staged();
    for (const value of ['yes', 'true', 1, null])
      expectProblem(await requestImport(member, id, { ...GLANCE_DIRECT, [field]: value }), 400, field);
  });

  it('IMP-07 nothing is imported from the staging area before it is staged', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await requestImport(member, id, GLANCE_DIRECT), 409);
  });

  it('IMP-08 nothing is downloaded for an image that has data, staged or stored', async () => {
    const { member } = target.cast();
    for (const { id, status } of [await member.staged(), await member.active()]) {
      expectProblem(await requestImport(member, id, webDownload()), 409);
      expect((await member.show(id)).status).toBe(status);
    }
  });

  it('IMP-09 an active image is copied at most', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    for (const body of [GLANCE_DIRECT, webDownload()]) expectProblem(await requestImport(member, id, body), 409);
  });

  it.each([{ disk_format: 'raw' }, { container_format: 'bare' }])(
    'IMP-10 an image with nothing but %j is not imported',
    async (document) => {
      const { member } = target.cast();
      const [empty, staged] = [await member.create(document), await member.create(document)];
      expectStatus(await member.stage(staged.id, 'ABCDEFGHIJ'), 204);
      expectProblem(await requestImport(member, empty.id, webDownload()), 409);
      expectProblem(await requestImport(member, staged.id, GLANCE_DIRECT), 409);
    },
  );

  it('IMP-11 a download needs an address', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await requestImport(member, id, { method: { name: 'web-download' } }), 400);
  });

  it.each(['ftp://198.51.100.7/disk.img', 'http://198.51.100.7:22/disk.img'])(
    'IMP-12 nothing is downloaded by other schemes or ports: %s',
    async (uri) => {
      const { member } = target.cast();
      const { id } = await member.queued();
      expectProblem(await requestImport(member, id, webDownload(uri)), 400, 'does not pass filtering');
      expect((await member.get(`/v2/images/${id}/tasks`)).json).toEqual({ tasks: [] });
    },
  );

  it.each(['http://2130706433/', 'http://0x7f000001/', 'http://127.1/', 'http://017700000001/'])(
    'IMP-13 nothing is downloaded from an address in disguise: %s',
    async (uri) => {
      const { member } = target.cast();
      const { id } = await member.queued();
      expectProblem(await requestImport(member, id, webDownload(uri)), 400, 'does not pass filtering');
      expect((await member.show(id)).status).toBe('queued');
    },
  );

  it('IMP-21 an unknown store is refused', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    expectProblem(await requestImport(member, id, { ...GLANCE_DIRECT, stores: ['fast', 'nope'] }), 409, 'nope');
    expectProblem(await requestImport(member, id, GLANCE_DIRECT, { 'X-Image-Meta-Store': 'nope' }), 409, 'nope');
    expect(await member.show(id)).not.toHaveProperty('os_glance_import_task');
  });

  it('IMP-22 stores are chosen in one way only', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    const header = { 'X-Image-Meta-Store': 'fast' };
    const [all, some] = [{ all_stores: true }, { stores: ['fast'] }];
    expectProblem(await requestImport(member, id, { ...GLANCE_DIRECT, ...all, ...some }), 400);
    expectProblem(await requestImport(member, id, { ...GLANCE_DIRECT, ...some }, header), 400);
    expectProblem(await requestImport(member, id, { ...GLANCE_DIRECT, ...all }, header), 400);
    expect((await member.show(id)).status).toBe('uploading');
  });

  it('IMP-35 nothing is imported to foreign images, hidden or not', async () => {
    const { member, admin, other } = target.cast();
    const open = await admin.queued({ visibility: 'public' });
    const hidden = await member.queued({ visibility: 'private' });
    expectProblem(await requestImport(other, open.id, webDownload()), 403);
    expectProblem(await requestImport(other, hidden.id, webDownload()), 404);
    expectProblem(await requestImport(other, UNKNOWN_ID, webDownload()), 404);
  });

  it('IMP-36 an import is asked for by a POST that says which', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    expectProblem(await requestImport(member, id, undefined), 400);
    const answer = expectProblem(await member.get(`/v2/images/${id}/import`), 405);
    expect(answer.headers.allow).toBe('POST');
  });

  it('IMP-31 an image without data is not copied', async () => {
    const { admin } = target.cast();
    const { id } = await admin.queued();
    expectProblem(await requestImport(admin, id, { ...COPY_IMAGE, stores: ['slow'] }), 409);
  });
});

describeConformance('asking for an import from another image service', 'web-import', (target) => {
  it.each([
    [{ glance_image_id: UNKNOWN_ID }, 'glance_region'],
    [{ glance_region: 'RegionTwo' }, 'glance_image_id'],
    [{ glance_region: 'RegionTwo', glance_image_id: 'no-uuid' }, 'UUID'],
  ])('IMP-16 it is said completely which image: %j', async (details, text) => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const body = { method: { name: 'glance-download', ...details } };
    expectProblem(await requestImport(member, id, body), 400, text);
    expect((await member.show(id)).status).toBe('queued');
  });
});

describeConformance('asking a single-store server for an import', 'single-store', (target) => {
  it('IMP-17 its one store must succeed', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    expectProblem(await requestImport(member, id, { ...GLANCE_DIRECT, all_stores_must_succeed: false }), 400);
    expect((await member.show(id)).status).toBe('uploading');
  });

  it('IMP-18 what is said of stores has no meaning', async () => {
    const { member } = target.cast();
    const { id } = await member.staged();
    expectStatus(await requestImport(member, id, { ...GLANCE_DIRECT, all_stores: true, stores: ['nope'] }), 202);
    expect((await endOfImport(member, id)).status).toBe('success');
    const image = await member.show(id);
    expect(image).toMatchObject({ status: 'active', os_glance_importing_to_stores: '', os_glance_failed_import: '' });
    expect(image).not.toHaveProperty('stores');
  });
});
