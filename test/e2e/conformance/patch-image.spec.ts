import { expectProblem, expectStatus } from '../../support/expectations.js';
import { secondAfter } from '../../support/eventually.js';
import { describeConformance } from '../../support/conformance-target.js';
import { JSON_PATCH_V20 } from '../../support/image-session.js';

const add = (path: string, value: unknown) => ({ op: 'add', path, value });
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });
const remove = (path: string) => ({ op: 'remove', path });
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

describeConformance('the patch document', 'default', (target) => {
  it('PAT-01 replacing the name answers the whole image, with a later time of update', async () => {
    const { member } = target.cast();
    const before = await member.create({ name: 'old', foo: 'bar' });
    await secondAfter(before.updated_at);
    const after = expectStatus(await member.patch(before.id, [replace('/name', 'new')]), 200).json;
    expect(after).toEqual({ ...before, name: 'new', updated_at: expect.any(String) });
    expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    expect(await member.show(before.id)).toEqual(after);
  });

  it('PAT-02 the older form names the operation by its key', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'old' });
    const answer = await member.patch(id, [{ replace: '/name', value: 'new' }], JSON_PATCH_V20);
    expect(expectStatus(answer, 200).json.name).toBe('new');
  });

  const accepted = 'application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch';

  it('PAT-03 plain JSON is not a patch, and the answer says what is', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    const answer = expectProblem(await member.patch(id, [], 'application/json'), 415, 'application/json');
    expect(answer.headers['accept-patch']).toBe(accepted);
  });

  it('PAT-04 the media type of RFC 6902 is not accepted either', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    const answer = expectProblem(await member.patch(id, [], 'application/json-patch+json'), 415);
    expect(answer.headers['accept-patch']).toBe(accepted);
  });

  it('PAT-05 an object is no patch', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, replace('/name', 'x')), 400);
  });

  it('PAT-06 an empty patch changes nothing, not even the time of update', async () => {
    const { member } = target.cast();
    const before = await member.create({});
    await secondAfter(before.updated_at);
    expect(expectStatus(await member.patch(before.id, []), 200).json).toEqual(before);
  });

  it('PAT-07 every element is an object', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const element of ['x', 5, null, []]) expectProblem(await member.patch(id, [element]), 400);
  });

  it.each([['move'], ['test'], ['copy']])('PAT-08 the operation %s is not offered', async (op) => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'n' });
    expectProblem(await member.patch(id, [{ op, path: '/name', from: '/name', value: 'n' }]), 400);
  });

  it('PAT-09 operation, path and value are needed', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    const incomplete = [
      { path: '/name', value: 'x' },
      { op: 'add', value: 'x' },
      { op: 'add', path: '/name' },
    ];
    for (const element of incomplete) expectProblem(await member.patch(id, [element]), 400);
  });

  it('PAT-10 an element of the older form has exactly one operation', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    const element = { replace: '/name', add: '/name', value: 'x' };
    expectProblem(await member.patch(id, [element], JSON_PATCH_V20), 400);
  });

  it('PAT-11 an element of the newer form is not understood as the older one', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [replace('/name', 'x')], JSON_PATCH_V20), 400);
  });

  it('PAT-33 one failing operation undoes the others', async () => {
    const { member } = target.cast();
    const before = await member.create({ name: 'old' });
    expectProblem(await member.patch(before.id, [replace('/name', 'new'), replace('/missing', 'x')]), 409);
    expectProblem(await member.patch(before.id, [replace('/name', 'new'), add('/foo', 5)]), 400);
    expect(await member.show(before.id)).toEqual(before);
  });
});

describeConformance('paths in a patch', 'default', (target) => {
  it.each([['foo'], ['/a//b'], ['/a/'], ['/a~2b'], ['/a~']])('PAT-19 the path %s is malformed', async (path) => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [add(path, 'x')]), 400);
  });

  it('PAT-20 tilde escapes stand for slash and tilde', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expect(expectStatus(await member.patch(id, [add('/key~1slash', 'a')]), 200).json['key/slash']).toBe('a');
    expect(expectStatus(await member.patch(id, [add('/key~01', 'b')]), 200).json['key~1']).toBe('b');
  });

  it('PAT-21 nothing below a tag list can be addressed', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const path of ['/tags/-', '/tags/0']) expectProblem(await member.patch(id, [add(path, 'x')]), 400);
  });
});

describeConformance('custom properties in a patch', 'default', (target) => {
  it('PAT-12 adding creates a property', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectStatus(await member.patch(id, [add('/foo', 'bar')]), 200);
    expect((await member.show(id)).foo).toBe('bar');
  });

  it('PAT-13 adding what exists overwrites it, in the older form it is a conflict', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ foo: 'bar' });
    expect(expectStatus(await member.patch(id, [add('/foo', 'new')]), 200).json.foo).toBe('new');
    expectProblem(await member.patch(id, [{ add: '/foo', value: 'newer' }], JSON_PATCH_V20), 409);
    expect((await member.show(id)).foo).toBe('new');
  });

  it('PAT-14 adding a base property sets it, in the older form it is a conflict', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expect(expectStatus(await member.patch(id, [add('/name', 'n')]), 200).json.name).toBe('n');
    expectProblem(await member.patch(id, [{ add: '/name', value: 'm' }], JSON_PATCH_V20), 409);
  });

  it('PAT-15 replacing what is missing is a conflict', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [replace('/missing', 'x')]), 409, 'Property missing does not exist.');
  });

  it('PAT-16 removing takes a property away', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ foo: 'bar' });
    expect(expectStatus(await member.patch(id, [remove('/foo')]), 200).json).not.toHaveProperty('foo');
    expect(await member.show(id)).not.toHaveProperty('foo');
  });

  it('PAT-17 removing what is missing is a conflict', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [remove('/missing')]), 409);
  });

  it('PAT-18 a base property cannot be removed', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'n', tags: ['a'] });
    for (const path of ['/name', '/tags'])
      expectProblem(await member.patch(id, [remove(path)]), 403, 'may not be removed');
    expect(await member.show(id)).toMatchObject({ name: 'n', tags: ['a'] });
  });

  it('PAT-32 a custom property is a string', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const value of [5, null, true, []]) expectProblem(await member.patch(id, [add('/foo', value)]), 400);
  });

  it('PAT-34 the quota stops new keys, not the editing of old ones', async () => {
    const { member } = target.cast();
    const full = Object.fromEntries(range(128).map((n) => [`key${n}`, 'x']));
    const { id } = await member.create(full);
    expectProblem(await member.patch(id, [add('/one-more', 'x')]), 413);
    expect(expectStatus(await member.patch(id, [replace('/key7', 'y')]), 200).json.key7).toBe('y');
    expectStatus(await member.patch(id, [remove('/key7'), add('/one-more', 'x')]), 200);
  });
});

describeConformance('base properties in a patch', 'default', (target) => {
  it('PAT-22 replaced tags collapse', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ tags: ['z'] });
    const { tags } = expectStatus(await member.patch(id, [replace('/tags', ['a', 'a', 'b'])]), 200).json;
    expect([...tags].sort()).toEqual(['a', 'b']);
  });

  const readOnly: [string, unknown][] = [
    ['id', '00000000-0000-4000-8000-000000000001'],
    ['status', 'active'],
    ['size', 1],
    ['virtual_size', 1],
    ['checksum', 'a'.repeat(32)],
    ['created_at', '2020-01-01T00:00:00Z'],
    ['updated_at', '2020-01-01T00:00:00Z'],
    ['self', '/x'],
    ['file', '/x'],
    ['schema', '/x'],
    ['direct_url', '/x'],
    ['os_hash_algo', 'md5'],
    ['os_hash_value', 'ab'],
  ];
  it.each(readOnly)('PAT-23 %s is read-only for every operation', async (name, value) => {
    const { member } = target.cast();
    const before = await member.create({});
    for (const operation of [replace(`/${name}`, value), add(`/${name}`, value), remove(`/${name}`)]) {
      expectProblem(await member.patch(before.id, [operation]), 403);
    }
    expect(await member.show(before.id)).toEqual(before);
  });

  it.each([['location'], ['deleted'], ['deleted_at'], ['os_glance_x']])('PAT-24 %s is reserved', async (name) => {
    const { member } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [add(`/${name}`, 'x')]), 403, 'reserved');
  });

  it('PAT-25 only an administrator publishes', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [replace('/visibility', 'public')]), 403, 'publicize_image');
    expect((await member.show(id)).visibility).toBe('shared');
    expect(expectStatus(await admin.patch(id, [replace('/visibility', 'public')]), 200).json.visibility).toBe('public');
  });

  it('PAT-26 a member offers an image to the community', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    const answer = await member.patch(id, [replace('/visibility', 'community')]);
    expect(expectStatus(answer, 200).json.visibility).toBe('community');
  });

  it('PAT-27 only an administrator gives an image to another project', async () => {
    const { member, admin, projects } = target.cast();
    const { id } = await member.create({});
    for (const owner of [projects.other, projects.member]) {
      expectProblem(await member.patch(id, [replace('/owner', owner)]), 403);
    }
    expect(expectStatus(await admin.patch(id, [replace('/owner', projects.other)]), 200).json.owner).toBe(
      projects.other,
    );
    expectProblem(await member.get(`/v2/images/${id}`), 404);
  });

  it('PAT-28 adding the owner is no way around', async () => {
    const { member, projects } = target.cast();
    const { id } = await member.create({});
    expectProblem(await member.patch(id, [add('/owner', projects.other)]), 403);
    expect((await member.show(id)).owner).toBe(projects.member);
  });

  it('PAT-29 the formats are fixed once there is data', async () => {
    const { member } = target.cast();
    const queued = await member.queued();
    expect(expectStatus(await member.patch(queued.id, [replace('/disk_format', 'qcow2')]), 200).json.disk_format).toBe(
      'qcow2',
    );
    const active = await member.active();
    expectProblem(await member.patch(active.id, [replace('/disk_format', 'qcow2')]), 403);
    expectProblem(await member.patch(active.id, [replace('/container_format', 'ovf')]), 403);
  });

  it('PAT-30 min_ram is a whole number that is not negative', async () => {
    const { member } = target.cast();
    const { id } = await member.create({});
    for (const value of [-1, 'x', null, 1.5, 2147483648])
      expectProblem(await member.patch(id, [replace('/min_ram', value)]), 400);
    expect((await member.show(id)).min_ram).toBe(0);
  });

  it('PAT-31 an active image can be protected', async () => {
    const { member } = target.cast();
    const { id } = await member.active();
    expect(expectStatus(await member.patch(id, [replace('/protected', true)]), 200).json.protected).toBe(true);
    expectProblem(await member.delete(`/v2/images/${id}`), 403);
  });

  it('PAT-35 too many tags are refused, and the old ones stay', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ tags: ['a'] });
    expectProblem(await member.patch(id, [replace('/tags', range(129).map(String))]), 413);
    expect((await member.show(id)).tags).toEqual(['a']);
  });

  it('PAT-38 a hidden image leaves the default list', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'x' });
    expect(expectStatus(await member.patch(id, [replace('/os_hidden', true)]), 200).json.os_hidden).toBe(true);
    expect(await member.names()).toEqual([]);
    expect(await member.names('?os_hidden=true')).toEqual(['x']);
  });

  it('PAT-40 the name can be taken away', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'x' });
    expect(expectStatus(await member.patch(id, [replace('/name', null)]), 200).json.name).toBeNull();
  });
});

describeConformance('who may patch', 'default', (target) => {
  it('PAT-36 foreign images are hidden or forbidden', async () => {
    const { member, admin, other } = target.cast();
    const hidden = await member.create({ visibility: 'private' });
    const open = await admin.create({ visibility: 'public', name: 'public' });
    expectProblem(await other.patch(hidden.id, [replace('/name', 'x')]), 404);
    expectProblem(
      await other.patch(open.id, [replace('/name', 'x')]),
      403,
      'You are not authorized to complete modify_image action.',
    );
    expect((await admin.show(open.id)).name).toBe('public');
  });

  it('PAT-37 a reader changes nothing', async () => {
    const { member, reader } = target.cast();
    const { id } = await member.create({});
    expectProblem(await reader.patch(id, [replace('/name', 'x')]), 403);
    expect((await member.show(id)).name).toBeNull();
  });

  it('PAT-39 an empty patch is open to all who see the image', async () => {
    const { member, reader, admin, other } = target.cast();
    const own = await member.create({});
    const open = await admin.create({ visibility: 'public' });
    expectStatus(await reader.patch(own.id, []), 200);
    expectStatus(await other.patch(open.id, []), 200);
  });
});
