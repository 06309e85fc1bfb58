import { join } from 'node:path';
import { newCast } from '../support/callers.js';
import { expectProblem, expectStatus } from '../support/expectations.js';
import { ImageSession } from '../support/image-session.js';
import { Service } from '../support/service.js';
import { endOfImport, requestImport } from '../support/task-flows.js';
import { filesOf, newMember } from '../support/trusting-service.js';
import { expectQueuedWithoutData } from '../support/queued-image.js';

/** What docs/adr/0011 promises and no conformance case looks at, because Glance answers otherwise. */
describe('answers that differ from those of Glance', () => {
  let service: Service;
  let member: ImageSession;

  beforeAll(async () => {
    service = await Service.start({
      environment: (dataDir) => ({
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        OS_DEFAULT__PUBLIC_ENDPOINT: 'http://lb/image',
        OS_DEFAULT__ENABLED_BACKENDS: 'local:file,broken:file',
        OS_GLANCE_STORE__DEFAULT_BACKEND: 'local',
        OS_LOCAL__FILESYSTEM_STORE_DATADIR: join(dataDir, 'local'),
        OS_BROKEN__FILESYSTEM_STORE_DATADIR: '/dev/null/no-folder',
      }),
    });
    member = newMember(service);
  });
  afterAll(() => service.remove());

  it.each(['os_hash_algo', 'os_hash_value'])('%s cannot be given at creation', async (name) => {
    expectProblem(await member.tryCreate({ [name]: 'sha512' }), 403, `Attribute '${name}' is read-only.`);
  });

  it('the stores of an image cannot be patched', async () => {
    const { id } = await member.create({});
    const operations = [{ op: 'add', path: '/stores', value: 'local' }];
    expectProblem(await member.patch(id, operations), 403, "Attribute 'stores' is read-only.");
    expect(await member.show(id)).not.toHaveProperty('stores');
  });

  it('a custom property with too long a name is refused in a patch as at creation', async () => {
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [{ op: 'add', path: `/${'k'.repeat(256)}`, value: '' }]), 400);
  });

  it('the address of a new image keeps the path under which clients reach the service', async () => {
    const { headers, json } = expectStatus(await member.tryCreate({}), 201);
    expect(headers.location).toBe(`http://lb/image/v2/images/${json.id}`);
  });

  it('a NUL is refused in whatever is kept', async () => {
    for (const document of [{ name: 'a\0' }, { key: 'a\0' }, { 'a\0': 'x' }, { tags: ['a\0'] }])
      expectProblem(await member.tryCreate(document), 400);
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [{ op: 'replace', path: '/name', value: 'a\0' }]), 400);
    expectProblem(await member.put(`/v2/images/${id}/tags/a%00`), 400);
  });

  it('a tag with characters of four bytes is refused', async () => {
    const { id } = await member.create({});
    expectProblem(await member.put(`/v2/images/${id}/tags/%F0%9F%98%80`), 400);
    expect((await member.show(id)).tags).toEqual([]);
  });

  it.each(['127.0.0.1', '169.254.169.254', '[::1]', '[::ffff:127.0.0.1]'])(
    'nothing is downloaded from the machine itself or its link: %s',
    async (host) => {
      const { id } = await member.queued();
      const body = { method: { name: 'web-download', uri: `http://${host}/disk.img` } };
      expectProblem(await requestImport(member, id, body), 400, 'does not pass filtering');
      expect((await member.show(id)).status).toBe('queued');
    },
  );

  it('staged data that no store takes leaves a queued image, and every store that was named has failed', async () => {
    const { id } = await member.staged();
    const body = { method: { name: 'glance-direct' }, stores: ['broken', 'local'] };
    expectStatus(await requestImport(member, id, body), 202);
    expect((await endOfImport(member, id)).status).toBe('failure');
    await expectQueuedWithoutData(member, id);
    expect(await member.show(id)).toMatchObject({
      os_glance_importing_to_stores: '',
      os_glance_failed_import: 'broken,local',
    });
    expect(await filesOf(service, id)).toEqual([]);
    expectStatus(await member.stage(id, 'second try'), 204);
  });

  it.each(['glance-direct', ['glance-direct'], null, 1])('the method of an import is an object: %j', async (method) => {
    const { id } = await member.staged();
    expectProblem(await requestImport(member, id, { method }), 400);
    expect((await member.show(id)).status).toBe('uploading');
  });

  it('links to pages keep every value of a repeated parameter, and the last limit counts', async () => {
    for (let n = 0; n < 3; n += 1) await member.create({ name: 'paged', tags: ['a', 'b'] });
    const page = await member.list('?tag=a&tag=b&limit=9&limit=2');
    expect(page.images).toHaveLength(2);
    expect(page.next).toBe(`/v2/images?tag=a&tag=b&limit=9&limit=2&marker=${page.images[1].id}`);
  });
});

describe('answers that differ from those of Glance where there is a single store', () => {
  let service: Service;

  beforeAll(async () => {
    service = await Service.start({
      environment: (dataDir) => ({
        OS_HINDSIGHT__IDENTITY: 'fakeauth',
        OS_GLANCE_STORE__FILESYSTEM_STORE_DATADIR: join(dataDir, 'images'),
      }),
    });
  });
  afterAll(() => service.remove());

  it('an image cannot be copied', async () => {
    const admin = new ImageSession(() => service.url, newCast().admin);
    const { id } = await admin.active();
    const body = { method: { name: 'copy-image' }, all_stores: true };
    expectProblem(await requestImport(admin, id, body), 400);
    expect((await admin.show(id)).status).toBe('active');
  });
});
