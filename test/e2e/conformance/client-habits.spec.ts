import { expectEmpty, expectStatus } from '../../support/expectations.js';
import { describeConformance } from '../../support/conformance-target.js';
import { JSON_PATCH_V20, JSON_PATCH_V21, OMIT } from '../../support/image-session.js';
import { imageBecomes, requestImport } from '../../support/task-flows.js';

describeConformance('what well-known clients send', 'default', (target) => {
  it('CLI-01 glanceclient accepts anything and reads a refusal out of HTML', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ protected: true });
    const answer = await member.request('DELETE', `/v2/images/${id}`, {
      headers: { Accept: '*/*', 'Content-Type': 'application/octet-stream' },
    });
    expectStatus(answer, 403);
    expect(answer.headers['content-type']).toBe('text/html; charset=UTF-8');
    expect(answer.text).toContain('<title>403 Forbidden</title>');
    expect(answer.text).toContain('<h1>403 Forbidden</h1>');
    expect(answer.text).toContain(`Image ${id} is protected and cannot be deleted.`);
  });

  it('CLI-02 openstackclient adds base properties, with an empty Accept', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'old' });
    const answer = await member.request('PATCH', `/v2/images/${id}`, {
      headers: { Accept: '', 'Content-Type': JSON_PATCH_V21 },
      body: JSON.stringify([
        { op: 'add', path: '/name', value: 'new' },
        { op: 'add', path: '/tags', value: ['a'] },
      ]),
    });
    expect(expectStatus(answer, 200).json).toMatchObject({ name: 'new', tags: ['a'] });
  });

  it('CLI-03 an image is asked for by its name first, and then looked up', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'name with spaces' });
    expectStatus(await member.get('/v2/images/name%20with%20spaces', { Accept: OMIT }), 404);
    const { images } = await member.list('?name=name+with+spaces');
    expect(images.map((image: { id: string }) => image.id)).toEqual([id]);
    expect((await member.list('?os_hidden=True')).images).toEqual([]);
  });

  it('CLI-04 openstacksdk imports where the answer to a create says that it can', async () => {
    const { member } = target.cast();
    const created = await member.tryCreate({ disk_format: 'raw', container_format: 'bare' });
    expectStatus(created, 201);
    expect(String(created.headers['openstack-image-import-methods']).split(',')).toContain('glance-direct');
    const { id } = created.json;
    const headers = { Accept: '' };
    expectEmpty(await member.stage(id, 'ABCDEFGHIJ', { headers, chunked: true }), 204);
    expectEmpty(await requestImport(member, id, { method: { name: 'glance-direct' } }, headers), 202);
    await imageBecomes(member, id, 'active');
    expect((await member.download(id)).text).toBe('ABCDEFGHIJ');
  });

  it('CLI-06 tempest patches in the older form', async () => {
    const { member } = target.cast();
    const { id } = await member.create({ name: 'old', foo: 'bar' });
    const patch = [{ replace: '/name', value: 'new' }, { add: '/fresh', value: 'x' }, { remove: '/foo' }];
    const { json } = expectStatus(await member.patch(id, patch, JSON_PATCH_V20), 200);
    expect(json).toMatchObject({ name: 'new', fresh: 'x' });
    expect(json).not.toHaveProperty('foo');
  });
});
