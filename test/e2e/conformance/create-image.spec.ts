import { randomUUID } from 'node:crypto';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
const numbered = (length: number): Record<string, string> =>
  Object.fromEntries(range(length).map((n) => [`key${n}`, 'x']));

describeConformance('creating an image', 'default', (target) => {
  it('CRE-01 an empty document gives a queued, shared image with the defaults', async () => {
    const image = await target.cast().member.create({});
    expect(image).toMatchObject({
      status: 'queued',
      visibility: 'shared',
      name: null,
      min_ram: 0,
      min_disk: 0,
      protected: false,
      os_hidden: false,
      size: null,
      virtual_size: null,
      checksum: null,
      os_hash_algo: null,
      os_hash_value: null,
      disk_format: null,
      container_format: null,
      tags: [],
    });
  });

  it('CRE-02 the Location header is the absolute address of the image', async () => {
    const answer = expectStatus(await target.cast().member.tryCreate({}), 201);
    expect(answer.headers.location).toBe(`${target.url}/v2/images/${answer.json.id}`);
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('CRE-03 a header lists the import methods that are enabled', async () => {
    const { member } = target.cast();
    const enabled = (await member.get('/v2/info/import')).json['import-methods'].value;
    const answer = await member.tryCreate({});
    expect(answer.headers['openstack-image-import-methods'] ?? '').toBe(enabled.join(','));
  });

  it('CRE-04 a header lists the stores', async () => {
    const answer = await target.cast().member.tryCreate({});
    // A freshly started Glance appends its two reserved stores.
    const stores = String(answer.headers['openstack-image-store-ids']).replace(/,os_glance_.*$/, '');
    expect(target.external ? stores : answer.headers['openstack-image-store-ids']).toBe('fast,slow');
  });

  it('CRE-05 both times are the moment of creation, in whole seconds UTC', async () => {
    const image = await target.cast().member.create({});
    expect(image.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(image.updated_at).toBe(image.created_at);
    expect(Math.abs(Date.parse(image.created_at) - Date.now())).toBeLessThan(60_000);
  });

  it('CRE-06 links are paths of the image, and the owner is the project of the caller', async () => {
    const { member, projects } = target.cast();
    const image = await member.create({});
    expect(image).toMatchObject({
      self: `/v2/images/${image.id}`,
      file: `/v2/images/${image.id}/file`,
      schema: '/v2/schemas/image',
      owner: projects.member,
    });
  });

  it('CRE-07 the client may choose the id', async () => {
    const id = randomUUID();
    expect((await target.cast().member.create({ id })).id).toBe(id);
  });

  it('CRE-08 an id that is in use is refused', async () => {
    const { member, other } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.tryCreate({ id }), 409, `Image ID ${id} already exists!`);
    expectProblem(await other.tryCreate({ id }), 409);
  });

  it('CRE-09 the id of a deleted image stays taken', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectStatus(await member.delete(`/v2/images/${id}`), 204);
    expectProblem(await member.tryCreate({ id }), 409);
  });

  it('CRE-10 an id that is no UUID is refused', async () => {
    expectProblem(await target.cast().member.tryCreate({ id: 'gabe' }), 400, "does not match schema 'image'");
  });

  it('CRE-11 a name has at most 255 characters', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate({ name: 'n'.repeat(256) }), 400);
    expect((await member.create({ name: 'n'.repeat(255) })).name).toHaveLength(255);
  });

  it('CRE-12 only an administrator publishes', async () => {
    const { member, admin } = target.cast();
    expectProblem(await member.tryCreate({ visibility: 'public' }), 403, 'publicize_image');
    expect((await admin.create({ visibility: 'public' })).visibility).toBe('public');
  });

  it('CRE-13 a member chooses among the other visibilities', async () => {
    const { member } = target.cast();
    for (const visibility of ['community', 'private', 'shared']) {
      expect((await member.create({ visibility })).visibility).toBe(visibility);
    }
  });

  it('CRE-14 an unknown visibility is refused', async () => {
    expectProblem(await target.cast().member.tryCreate({ visibility: 'secret' }), 400, 'secret');
  });

  it('CRE-15 only an administrator creates for another project', async () => {
    const { member, admin, projects } = target.cast();
    const refusal = `You are not permitted to create images owned by '${projects.other}'`;
    const refused = expectProblem(await member.tryCreate({ owner: projects.other }), 403);
    // WebOb escapes the quotes in HTML only.
    expect(refused.json.message).toContain(refusal);
    expect((await admin.create({ owner: projects.other })).owner).toBe(projects.other);
  });

  it('CRE-16 a reader creates nothing', async () => {
    const { reader } = target.cast();
    expectProblem(await reader.tryCreate({}), 403);
    expect((await reader.list()).images).toEqual([]);
  });

  it('CRE-17 unknown formats are refused', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate({ disk_format: 'nope' }), 400, 'nope');
    expectProblem(await member.tryCreate({ container_format: 'nope' }), 400, 'nope');
  });

  it('CRE-18 a negative min_ram is refused', async () => {
    expectProblem(await target.cast().member.tryCreate({ min_ram: -1 }), 400);
  });

  it('CRE-19 a min_disk beyond 32 bits is refused', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate({ min_disk: 2147483648 }), 400);
    expect((await member.create({ min_disk: 2147483647 })).min_disk).toBe(2147483647);
  });

  it('CRE-20 a number in quotes is no number', async () => {
    expectProblem(await target.cast().member.tryCreate({ min_ram: '512' }), 400, "'512' is not of type 'integer'");
  });

  it('CRE-21 a boolean in quotes is no boolean', async () => {
    expectProblem(await target.cast().member.tryCreate({ protected: 'true' }), 400, "'true' is not of type 'boolean'");
  });

  it('CRE-22 a custom property stands at top level', async () => {
    const { member } = target.cast();
    const image = await member.create({ os_distro: 'debian', 'trait:x': '', 'a.b/c~d e': 'v' });
    expect(await member.show(image.id)).toMatchObject({ os_distro: 'debian', 'trait:x': '', 'a.b/c~d e': 'v' });
  });

  it('CRE-23 a custom property is a string', async () => {
    const { member } = target.cast();
    for (const value of [5, null, true, ['x'], { x: 'y' }]) expectProblem(await member.tryCreate({ foo: value }), 400);
  });

  it('CRE-24 a custom key has at most 255 characters', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate({ ['k'.repeat(256)]: 'x' }), 400);
    expect((await member.create({ ['k'.repeat(255)]: 'x' }))['k'.repeat(255)]).toBe('x');
  });

  it('CRE-25 names beginning os_glance_ are reserved', async () => {
    expectProblem(await target.cast().member.tryCreate({ os_glance_foo: 'x' }), 403, 'reserved');
  });

  it('CRE-26 the reservation needs no underscore', async () => {
    expectProblem(await target.cast().member.tryCreate({ os_glancefoo: 'x' }), 403, 'reserved');
  });

  it.each([['location'], ['deleted'], ['deleted_at']])('CRE-27 %s is reserved', async (name) => {
    expectProblem(await target.cast().member.tryCreate({ [name]: 'x' }), 403, 'reserved');
  });

  it('CRE-28 locations are not given at creation', async () => {
    const locations = [{ url: 'http://localhost/x', metadata: {} }];
    expectProblem(await target.cast().member.tryCreate({ locations }), 403);
  });

  it.each([['self'], ['file'], ['schema'], ['direct_url'], ['stores']])('CRE-29 %s is read-only', async (name) => {
    expectProblem(await target.cast().member.tryCreate({ [name]: 'x' }), 403, 'read-only');
  });

  it('CRE-30 what the server finds out is read-only', async () => {
    const { member } = target.cast();
    for (const document of [{ status: 'active' }, { size: 1 }, { checksum: 'a'.repeat(32) }, { virtual_size: 1 }]) {
      expectProblem(await member.tryCreate(document), 403, 'read-only');
    }
    expect((await member.list()).images).toEqual([]);
  });

  it('CRE-31 a wrong type is found before a read-only name', async () => {
    expectProblem(await target.cast().member.tryCreate({ status: 5 }), 400);
  });

  it('CRE-32 repeated tags collapse', async () => {
    expect((await target.cast().member.create({ tags: ['a', 'a'] })).tags).toEqual(['a']);
  });

  it('CRE-33 a tag has at most 255 characters', async () => {
    expectProblem(await target.cast().member.tryCreate({ tags: ['t'.repeat(256)] }), 400);
  });

  it('CRE-34 an image has at most 128 tags', async () => {
    const { member } = target.cast();
    const text = 'number of allowed image tags. Attempted: 129, Maximum: 128';
    const answer = expectProblem(await member.tryCreate({ tags: range(129).map(String) }), 413, text);
    expect(answer.headers['retry-after']).toBeUndefined();
    expect((await member.create({ tags: range(128).map(String) })).tags).toHaveLength(128);
  });

  it('CRE-35 an image has at most 128 custom properties', async () => {
    const { member } = target.cast();
    expectProblem(await member.tryCreate(numbered(129)), 413);
    expect(await member.create(numbered(128))).toMatchObject(numbered(128));
  });

  it('CRE-36 four-byte characters are refused', async () => {
    const { member } = target.cast();
    for (const document of [{ name: '\u{1F600}' }, { foo: '\u{1F600}' }, { '\u{1F600}': 'x' }]) {
      expectProblem(await member.tryCreate(document), 400);
    }
  });

  it('CRE-37 other characters travel unescaped', async () => {
    const { member } = target.cast();
    const answer = expectStatus(await member.tryCreate({ name: '日本語' }), 201);
    expect((await member.show(answer.json.id)).name).toBe('日本語');
    if (!target.external) expect(answer.text).toContain('日本語');
  });

  it('CRE-38 an image may be hidden from the start', async () => {
    expect((await target.cast().member.create({ os_hidden: true })).os_hidden).toBe(true);
  });

  it('CRE-39 a store named in a header does not matter yet', async () => {
    expectStatus(await target.cast().member.tryCreate({}, { 'x-image-meta-store': 'nope' }), 201);
  });
});

describeConformance('creating an image on a single-store server', 'single-store', (target) => {
  it('CRE-04 no header lists stores', async () => {
    const answer = expectStatus(await target.cast().member.tryCreate({}), 201);
    expect(answer.headers['openstack-image-store-ids']).toBeUndefined();
  });
});
