import { describeConformance } from '../../support/conformance-target.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import { endOfImport, requestImport } from '../../support/task-flows.js';

const add = (name: string, value: string): object => ({ op: 'add', path: `/${name}`, value });
const replace = (name: string, value: string): object => ({ op: 'replace', path: `/${name}`, value });
const remove = (name: string): object => ({ op: 'remove', path: `/${name}` });
const reserved = (name: string): string => `Attribute '${name}' is reserved.`;

describeConformance('property protections', 'protected-properties', (target) => {
  it('PRP-01 a property that the caller may not create is refused', async () => {
    const { member, admin } = target.cast();
    for (const name of ['x_secret_a', 'x_none_a', 'unmentioned']) {
      expectProblem(await member.tryCreate({ [name]: '1' }), 403, reserved(name));
      const { id } = await member.create();
      expectProblem(await member.patch(id, [add(name, '1')]), 403, reserved(name));
    }
    expectStatus(await member.tryCreate({ x_all_a: '1', x_owner_a: '2' }), 201);
    expectStatus(await admin.tryCreate({ x_secret_a: '1' }), 201);
  });

  it('PRP-02 a property that the caller may not read is missing, and found by no filter', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({ x_all_a: 'seen' });
    expectStatus(await admin.patch(id, [add('x_secret_a', 'hidden'), add('x_owner_a', 'shown')]), 200);
    expect(await member.show(id)).toMatchObject({ x_all_a: 'seen', x_owner_a: 'shown' });
    expect(await member.show(id)).not.toHaveProperty('x_secret_a');
    expect(await admin.show(id)).toMatchObject({ x_secret_a: 'hidden' });
    const { images } = await member.list(`?id=${id}`);
    expect(images).toEqual([await member.show(id)]);
    expect((await member.list('?x_secret_a=hidden')).images).toEqual([]);
    expect((await member.list('?x_owner_a=shown')).images).toHaveLength(1);
    expect((await admin.list(`?id=${id}&x_secret_a=hidden`)).images).toHaveLength(1);
  });

  it('PRP-03 a property that the caller may read but not update stays as it is', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ x_read_only_a: '1' });
    expectProblem(await member.patch(id, [replace('x_read_only_a', '2')]), 403, reserved('x_read_only_a'));
    expectProblem(await member.patch(id, [add('x_read_only_a', '2')]), 403, reserved('x_read_only_a'));
    expectStatus(await member.patch(id, [replace('x_read_only_a', '1')]), 200);
    expect(await member.show(id)).toMatchObject({ x_read_only_a: '1' });
  });

  it('PRP-04 a property that the caller may read but not delete stays', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({ x_read_only_a: '1' });
    expectProblem(await member.patch(id, [remove('x_read_only_a')]), 403, reserved('x_read_only_a'));
    expect(await member.show(id)).toMatchObject({ x_read_only_a: '1' });
    expectStatus(await admin.patch(id, [remove('x_read_only_a')]), 200);
  });

  it('PRP-05 a property that the caller may not read looks absent to a change', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create();
    await admin.patch(id, [add('x_secret_a', '1')]);
    expectProblem(await member.patch(id, [replace('x_secret_a', '2')]), 409, 'Property x_secret_a does not exist.');
    expectProblem(await member.patch(id, [remove('x_secret_a')]), 409, 'Property x_secret_a does not exist.');
    expectProblem(await member.patch(id, [add('x_secret_a', '2')]), 403, reserved('x_secret_a'));
    expect(await admin.show(id)).toMatchObject({ x_secret_a: '1' });
  });

  it('PRP-06 roles are compared without regard to case', async () => {
    const { member, reader } = target.cast();
    const { id } = await member.create({ x_owner_a: '1' });
    expectStatus(await member.patch(id, [replace('x_owner_a', '2')]), 200);
    expect(await reader.show(id)).not.toHaveProperty('x_owner_a');
  });

  it('PRP-07 what nobody may do, administrators may not do either', async () => {
    const { admin } = target.cast();
    expectProblem(await admin.tryCreate({ x_none_a: '1' }), 403, reserved('x_none_a'));
    expectProblem(await admin.tryCreate({ unmentioned: '1' }), 403, reserved('unmentioned'));
  });

  it('PRP-08 the bookkeeping of an import works', async () => {
    const { member } = target.cast();
    const image = await member.staged({}, 'data');
    expectStatus(await requestImport(member, image.id, { method: { name: 'glance-direct' } }), 202);
    await endOfImport(member, image.id);
    expect(await member.show(image.id)).toMatchObject({
      ...{ status: 'active', os_glance_importing_to_stores: '', os_glance_failed_import: '' },
    });
  });

  it('a change by somebody who cannot read a property leaves it alone', async () => {
    const { member, admin } = target.cast();
    const { id } = await member.create({ x_all_a: '1' });
    await admin.patch(id, [add('x_secret_a', 'kept')]);
    expectStatus(await member.patch(id, [replace('name', 'renamed'), remove('x_all_a')]), 200);
    expectEmpty(await member.put(`/v2/images/${id}/tags/t`), 204);
    expect(await admin.show(id)).toMatchObject({ name: 'renamed', x_secret_a: 'kept', tags: ['t'] });
  });

  it('steps of one change see what those before have done', async () => {
    const { member } = target.cast();
    const { id } = await member.create();
    const steps = [add('x_read_only_a', '1'), replace('x_read_only_a', '2')];
    expectProblem(await member.patch(id, steps), 403, reserved('x_read_only_a'));
    expect(await member.show(id)).not.toHaveProperty('x_read_only_a');
    expectStatus(await member.patch(id, [add('x_owner_a', '1'), replace('x_owner_a', '2'), remove('x_owner_a')]), 200);
  });

  it('tasks give no image a property that who asked for them could not', async () => {
    const { admin, member } = target.cast();
    const image = await member.active({}, 'data');
    await admin.patch(image.id, [add('x_secret_a', '1'), add('x_owner_a', '2')]);
    const refused = await admin.post('/v2/tasks', {
      ...{ type: 'clone', input: { image_id: image.id, properties: { x_none_a: '1' } } },
    });
    expectProblem(refused, 403, reserved('x_none_a'));
    const imported = await admin.post('/v2/tasks', {
      type: 'import',
      input: {
        ...{ import_from: 'http://127.0.0.1/x', import_from_format: 'raw', image_properties: { unmentioned: '1' } },
      },
    });
    expectProblem(imported, 403, reserved('unmentioned'));
  });
});
