import { createHash } from 'node:crypto';
import { serviceIn } from '../../support/callers.js';
import { describeConformance } from '../../support/conformance-target.js';
import { eventually } from '../../support/eventually.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';
import { UNKNOWN_ID } from '../../support/image-session.js';
import { expectQueuedWithoutData } from '../../support/queued-image.js';
import { endOfImport, imageBecomes } from '../../support/task-flows.js';
import { WebServer } from '../../support/web-server.js';

const DATA = Buffer.from('ABCDEFGHIJ');
const hex = (algorithm: string, data: string | Buffer = DATA): string =>
  createHash(algorithm).update(data).digest('hex');

const register = (session: ImageSession, id: string, url: unknown, more: object = {}, headers = {}) =>
  session.post(`/v2/images/${id}/locations`, { url, ...more }, headers);
const expecting = (algorithm: string, value = hex(algorithm)) => ({
  validation_data: { os_hash_algo: algorithm, os_hash_value: value },
});

describeConformance('registering a location', 'locations', (target) => {
  let web: WebServer;

  beforeAll(async () => {
    web = await WebServer.start();
  });
  afterAll(() => web.stop());

  const served = (): string => web.serve('/a', { bytes: DATA });
  /** Data that comes when the test lets it. */
  const gated = (): { url: string; open: () => void } => {
    const gate: PromiseWithResolvers<void> = Promise.withResolvers();
    return { url: web.serve('/gated', { bytes: DATA, after: gate.promise }), open: () => gate.resolve() };
  };

  it('LOC-19 the image becomes active, and gets its hashes later', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await register(member, id, served(), { validation_data: {} }), 202);
    expect(await endOfImport(member, id)).toMatchObject({ type: 'location_import', status: 'success' });
    expect(await member.show(id)).toMatchObject({
      status: 'active',
      size: 10,
      checksum: hex('md5'),
      os_hash_algo: 'sha512',
      os_hash_value: hex('sha512'),
      locations: [{ url: served(), metadata: { store: 'web' } }],
    });
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it.each(['sha256', 'sha1', 'md5'])('LOC-20 the %s hash that is expected is verified', async (algorithm) => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await register(member, id, served(), expecting(algorithm)), 202);
    const task = await endOfImport(member, id);
    expect(task).toMatchObject({ status: 'success', result: { image_id: id } });
    expect(await member.show(id)).toMatchObject({
      status: 'active',
      checksum: hex('md5'),
      os_hash_algo: algorithm,
      os_hash_value: hex(algorithm),
    });
  });

  it('LOC-21 another hash than the expected one leaves the image queued', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectEmpty(await register(member, id, served(), expecting('sha256', hex('sha256', 'other'))), 202);
    expect((await endOfImport(member, id)).status).toBe('failure');
    const image = await imageBecomes(member, id, 'queued');
    expect(image).toMatchObject({ checksum: null, os_hash_algo: null, os_hash_value: null });
    expect(image).not.toHaveProperty('os_glance_import_task');
    expect(image.stores).toBe('web'); // nobody can remove what a web server has
    if (!target.external) await expectQueuedWithoutData(member, id);
  });

  it('LOC-21 what was refuted is no data, and forgotten with the next data', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    await register(member, id, served(), expecting('sha256', hex('sha256', 'other')));
    await endOfImport(member, id);
    if (!target.external) expectEmpty(await member.download(id), 204);
    expectEmpty(await member.upload(id, 'other'), 204);
    expect(await member.show(id)).toMatchObject({ status: 'active', os_hash_value: hex('sha512', 'other') });
    if (!target.external) expect(await member.show(id)).toMatchObject({ stores: 'fast' });
    if (!target.external) expect((await member.download(id)).text).toBe('other');
  });

  it('LOC-19 says while the data is read what it is hashed with', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const { url, open } = gated();
    expectEmpty(await register(member, id, url), 202);
    await imageBecomes(member, id, 'active');
    expect(await member.show(id)).toMatchObject({ os_hash_algo: 'sha512', os_hash_value: null, checksum: null });
    open();
    expect((await endOfImport(member, id)).status).toBe('success');
    expect(await member.show(id)).toMatchObject({ os_hash_algo: 'sha512', os_hash_value: hex('sha512') });
  });

  it.each([
    ['an algorithm alone', { os_hash_algo: 'sha256' }],
    ['a value alone', { os_hash_value: hex('sha256') }],
    ['an unknown algorithm', { os_hash_algo: 'crc32', os_hash_value: 'ab' }],
    ['a value of another length', { os_hash_algo: 'sha256', os_hash_value: hex('md5') }],
    ['a value that is not hexadecimal', { os_hash_algo: 'sha256', os_hash_value: 'z'.repeat(64) }],
    ['another key', { os_hash_algo: 'sha256', os_hash_value: hex('sha256'), checksum: hex('md5') }],
  ])('LOC-22 %s is refused', async (_what, validation_data) => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await register(member, id, served(), { validation_data }), 400);
    expect((await member.get(`/v2/images/${id}/tasks`)).json.tasks).toEqual([]);
  });

  it('LOC-23 nothing need be expected', async () => {
    const { member } = target.cast();
    for (const more of [{ validation_data: {} }, {}]) {
      const { id } = await member.queued();
      expectEmpty(await register(member, id, served(), more), 202);
      expect((await endOfImport(member, id)).status).toBe('success');
    }
  });

  it('LOC-24 a URL is needed', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    expectProblem(await member.post(`/v2/images/${id}/locations`, { validation_data: {} }), 400);
    expectProblem(await member.post(`/v2/images/${id}/locations`), 400);
    expectProblem(await register(member, id, 7), 400);
    expectProblem(await register(member, id, served(), { validation_data: null }), 400);
  });

  it('LOC-25 only queued images get one like this', async () => {
    const { member } = target.cast();
    const [active, deactivated] = [await member.active(), await member.deactivated()];
    for (const { id } of [active, deactivated]) expectProblem(await register(member, id, served()), 409);
  });

  it('LOC-26 who is no service names web servers only', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.queued();
    const url = target.fileUrl('fast', id);
    for (const session of [member, admin]) expectProblem(await register(session, id, url), 403);
    expect((await member.show(id)).status).toBe('queued');
  });

  it('LOC-27 a service names what it has put into a store', async () => {
    const { member, projects } = target.cast();
    const service = target.as(serviceIn(projects.member));
    const { id } = await member.queued();
    const url = target.fileUrl('fast', id);
    await target.place('fast', id, 'ABCDEFGHIJ');
    expectEmpty(await register(service, id, url, expecting('sha256')), 202);
    expect((await endOfImport(member, id)).status).toBe('success');
    expect(await member.show(id)).toMatchObject({
      status: 'active',
      stores: 'fast',
      locations: [{ url, metadata: { store: 'fast' } }],
    });
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    await eventually(async () => expect(await target.filesOf(id)).toEqual([]));
  });

  it('LOC-28 what one may not see is not there', async () => {
    const { member, other } = target.cast();
    const { id } = await member.queued({ visibility: 'private' });
    expectProblem(await register(other, id, served()), 404);
  });

  it('LOC-29 the image is locked meanwhile', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const { url, open } = gated();
    expectEmpty(await register(member, id, url, expecting('sha256')), 202);
    expectProblem(await register(member, id, url), 409);
    await imageBecomes(member, id, 'importing');
    expectProblem(await register(member, id, url), 409);
    expectProblem(await member.upload(id, 'x'), 409);
    open();
    expect((await endOfImport(member, id)).status).toBe('success');
  });

  it('LOC-30 a service sees locations without anything internal', async () => {
    const { member, projects } = target.cast();
    const service = target.as(serviceIn(projects.member));
    const { id } = await member.queued();
    expectStatus(
      await member.patch(id, [{ op: 'add', path: '/locations/-', value: { url: served(), metadata: {} } }]),
      200,
    );
    const { json } = expectStatus(await service.get(`/v2/images/${id}/locations`), 200);
    expect(json).toEqual([{ url: served(), metadata: { store: 'web' } }]);
    await target.deletePublished();
  });

  it('LOC-31 the owner does not, an administrator does', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.active();
    expectProblem(await member.get(`/v2/images/${id}/locations`), 403);
    expectProblem(await member.get(`/v2/images/${id}/locations`, { 'X-Service-Roles': 'service' }), 403);
    expect(expectStatus(await admin.get(`/v2/images/${id}/locations`), 200).json).toHaveLength(1);
    expectProblem(await admin.get(`/v2/images/${UNKNOWN_ID}/locations`), 404);
  });

  it('LOC-32 there is nothing to put', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const answer = expectStatus(await member.put(`/v2/images/${id}/locations`, {}), 405);
    expect(answer.headers.allow).toBe('POST');
  });

  it('LOC-33 an image can be deleted while its data is read', async () => {
    const { member } = target.cast();
    const { id } = await member.queued();
    const { url, open } = gated();
    expectEmpty(await register(member, id, url, expecting('sha256')), 202);
    await imageBecomes(member, id, 'importing');
    expectEmpty(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.get(`/v2/images/${id}`), 404);
    open();
  });
});
