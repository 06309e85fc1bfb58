import { unique } from '../../support/callers.js';
import { describeConformance } from '../../support/conformance-target.js';
import { expectEmpty, expectProblem, expectStatus } from '../../support/expectations.js';
import type { ImageSession } from '../../support/image-session.js';

const ROOT = '/v2/metadefs/namespaces';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const text = { title: 'Text', type: 'string' };

describeConformance('metadata definitions', 'default', (target) => {
  const made: string[] = [];

  /** A namespace of one test; it is removed behind it. */
  const create = async (
    admin: ImageSession,
    document: Readonly<Record<string, unknown>> = {},
  ): Promise<Readonly<{ name: string; path: string; answer: any }>> => {
    const name = unique('OS::Test');
    const path = `${ROOT}/${encodeURIComponent(name)}`;
    const answer = expectStatus(await admin.post(ROOT, { namespace: name, ...document }), 201);
    made.push(path);
    return { name, path, answer };
  };

  afterEach(async () => {
    const { admin } = target.cast();
    for (const path of made.splice(0)) {
      const { json } = await admin.get(path);
      if (json?.protected === true) await admin.put(path, { namespace: json.namespace });
      await admin.delete(path);
    }
  });

  it('a namespace has defaults, a place, and leaves out what was not said', async () => {
    const { admin, projects } = target.cast();
    const { name, path, answer } = await create(admin);
    const shown = {
      namespace: name,
      visibility: 'private',
      protected: false,
      owner: projects.admin,
      created_at: TIME,
      updated_at: TIME,
      self: `${ROOT}/${name}`,
      schema: '/v2/schemas/metadefs/namespace',
    };
    expect(answer.json).toEqual(shown);
    expect(answer.headers.location).toBe(`${target.url}${ROOT}/${name}`);
    expect(expectStatus(await admin.get(path), 200).json).toEqual(shown);
  });

  it('a namespace comes with all that is in it', async () => {
    const { admin } = target.cast();
    const content = {
      resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_' }],
      properties: { disk: { title: 'Disk', type: 'integer', minimum: 1, default: 5 } },
      objects: [{ name: 'CPU Limits', required: ['cpu'], properties: { cpu: text } }, { name: 'Bare' }],
      tags: [{ name: 'one' }],
    };
    const { name, path, answer } = await create(admin, { display_name: 'D', description: 'T', ...content });
    const properties = { disk: { ...content.properties.disk, default: '5' } };
    expect(answer.json).toMatchObject({ display_name: 'D', description: 'T', ...content, properties });
    const link = (object: string) => ({
      created_at: TIME,
      updated_at: TIME,
      self: `${ROOT}/${name}/objects/${object}`,
      schema: '/v2/schemas/metadefs/object',
    });
    const { objects, ...shown } = (await admin.get(path)).json;
    expect(shown).toMatchObject({
      resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_', created_at: TIME }],
      properties,
      tags: [{ name: 'one' }],
    });
    expect(objects).toHaveLength(2);
    expect(objects).toEqual(
      expect.arrayContaining([
        { name: 'CPU Limits', required: ['cpu'], properties: { cpu: text }, ...link('CPU Limits') },
        { name: 'Bare', required: [], properties: {}, ...link('Bare') },
      ]),
    );
  });

  it('names of properties have what stands before them on a type of resource', async () => {
    const { admin } = target.cast();
    const { path } = await create(admin, {
      resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'hw_' }, { name: 'OS::Nova::Server' }],
      properties: { disk: text },
      objects: [{ name: 'o', required: ['cpu'], properties: { cpu: text } }],
    });
    const asImage = (await admin.get(`${path}?resource_type=OS::Glance::Image`)).json;
    expect(asImage).toMatchObject({ properties: { hw_disk: text }, objects: [{ required: ['hw_cpu'] }] });
    expect(asImage.objects[0].properties).toEqual({ hw_cpu: text });
    for (const type of ['OS::Nova::Server', 'OS::Unknown']) {
      expect((await admin.get(`${path}?resource_type=${type}`)).json.properties).toEqual({ disk: text });
    }
    const property = (name: string, type: string) => admin.get(`${path}/properties/${name}?resource_type=${type}`);
    expect(expectStatus(await property('hw_disk', 'OS::Glance::Image'), 200).json).toEqual({ name: 'disk', ...text });
    expectProblem(await property('disk', 'OS::Glance::Image'), 404, "prefix of 'hw_'");
    expectProblem(await property('disk', 'OS::Nova::Server'), 404, "prefix of 'None'");
    expectProblem(await property('disk', 'OS::Unknown'), 404);
  });

  it('an update says all anew, and may give another name', async () => {
    const { admin, projects } = target.cast();
    const { name, path } = await create(admin, {
      display_name: 'D',
      visibility: 'public',
      protected: true,
      tags: [{ name: 't' }],
    });
    const renamed = `${name}r`;
    made.push(`${ROOT}/${encodeURIComponent(renamed)}`);
    const answer = expectStatus(await admin.put(path, { namespace: renamed, description: 'new' }), 200).json;
    expect(answer).toEqual({
      namespace: renamed,
      description: 'new',
      visibility: 'private',
      protected: false,
      owner: projects.admin,
      created_at: TIME,
      updated_at: TIME,
      self: `${ROOT}/${renamed}`,
      schema: '/v2/schemas/metadefs/namespace',
    });
    expectProblem(await admin.get(path), 404);
    expect((await admin.get(`${ROOT}/${encodeURIComponent(renamed)}`)).json.tags).toEqual([{ name: 't' }]);
    expectStatus(await admin.post(ROOT, { namespace: name }), 201);
    expectProblem(await admin.put(path, { namespace: renamed }), 409);
    expectEmpty(await admin.delete(path), 204);
    expectStatus(await admin.post(ROOT, { namespace: name }), 201);
  });

  it('a namespace is there once', async () => {
    const { admin } = target.cast();
    const { name } = await create(admin);
    expectProblem(await admin.post(ROOT, { namespace: name }), 409, 'already exists');
    expectProblem(await admin.post(ROOT, { namespace: unique('N'), tags: [{ name: 'a' }, { name: 'a' }] }), 409);
  });

  it.each<[string, unknown, number]>([
    ['no name', {}, 400],
    ['an unknown attribute', { namespace: 'x', bogus: 1 }, 400],
    ['a wrong visibility', { namespace: 'x', visibility: 'shared' }, 400],
    ['too long a name', { namespace: 'x'.repeat(81) }, 400],
    ['4 byte characters', { namespace: '😀' }, 400],
    ['a property without type', { namespace: 'x', properties: { p: { title: 'p' } } }, 400],
    ['a property of a wrong type', { namespace: 'x', properties: { p: { title: 'p', type: 'bogus' } } }, 400],
    ['what the server sets', { namespace: 'x', self: 'x' }, 403],
    ['a time', { namespace: 'x', created_at: 'x' }, 403],
  ])('a namespace with %s is refused', async (_, document, status) => {
    const { admin } = target.cast();
    expectProblem(await admin.post(ROOT, document), status);
    const { path } = await create(admin);
    expectProblem(await admin.put(path, document), status);
  });

  it('protection keeps a namespace and all that is in it', async () => {
    const { admin } = target.cast();
    const { name, path } = await create(admin, {
      protected: true,
      objects: [{ name: 'o' }],
      properties: { p: text },
      tags: [{ name: 't' }],
      resource_type_associations: [{ name: 'OS::Glance::Image' }],
    });
    const kept = ['', '/objects', '/objects/o', '/properties', '/properties/p', '/tags', '/tags/t'];
    for (const below of [...kept, '/resource_types/OS::Glance::Image']) {
      expectProblem(await admin.delete(`${path}${below}`), 403, 'is protected and cannot be deleted');
    }
    expectStatus(await admin.put(path, { namespace: name }), 200);
    for (const below of [...kept.slice(1).toReversed(), '/resource_types/OS::Glance::Image']) {
      const status = (await admin.delete(`${path}${below}`)).status;
      expect([below, status]).toEqual([below, 204]);
    }
    expectEmpty(await admin.delete(path), 204);
  });

  it('objects are made, replaced, listed and removed', async () => {
    const { admin } = target.cast();
    const { name, path } = await create(admin);
    const objects = `${path}/objects`;
    const answer = expectStatus(await admin.post(objects, { name: 'one', properties: { a: text } }), 201);
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.json).toEqual({
      name: 'one',
      properties: { a: text },
      created_at: TIME,
      updated_at: TIME,
      self: `${ROOT}/${name}/objects/one`,
      schema: '/v2/schemas/metadefs/object',
    });
    expectProblem(await admin.post(objects, { name: 'One' }), 409);
    expectProblem(await admin.post(objects, { name: 'bad', properties: { a: { title: 'a' } } }), 400);
    expectProblem(await admin.post(objects, { name: 'bad', schema: 'x' }), 403);
    expectStatus(await admin.post(objects, { name: 'two', description: 'second' }), 201);
    const replaced = expectStatus(await admin.put(`${objects}/one`, { name: 'uno', required: ['b'] }), 200).json;
    expect(replaced).toMatchObject({ name: 'uno', required: ['b'] });
    expect((await admin.get(`${objects}/uno`)).json).toMatchObject({ required: ['b'], properties: {} });
    expectProblem(await admin.put(`${objects}/one`, { name: 'x' }), 404);
    expectProblem(await admin.put(`${objects}/uno`, { name: 'two' }), 409);
    const listed = expectStatus(await admin.get(objects), 200).json;
    expect(listed.objects.map((object: any) => object.name).toSorted()).toEqual(['two', 'uno']);
    expectEmpty(await admin.delete(`${objects}/uno`), 204);
    expectProblem(await admin.delete(`${objects}/uno`), 404);
    expectEmpty(await admin.delete(objects), 204);
    expect((await admin.get(objects)).json.objects).toEqual([]);
    const propertyWithout = { p: { ...text, required: [] } };
    expectProblem(await admin.post(objects, { name: 'Bare', required: [], properties: propertyWithout }), 400);
    expectProblem(await admin.get(`${objects}?limit=0`), 400);
    expectProblem(await admin.get(`${objects}?sort_dir=up`), 400);
  });

  it('properties are made, replaced, listed and removed', async () => {
    const { admin } = target.cast();
    const { path } = await create(admin);
    const properties = `${path}/properties`;
    const definition = {
      name: 'p',
      ...text,
      minimum: 0.5,
      enum: ['a'],
      operators: ['<or>'],
      default: 'a',
      readonly: true,
    };
    const answer = expectStatus(await admin.post(properties, definition), 201);
    expect(answer.json).toEqual(definition);
    expect(answer.headers).not.toHaveProperty('location');
    expectProblem(await admin.post(properties, definition), 409);
    expectProblem(await admin.post(properties, { name: 'q', title: 'Q' }), 400);
    expectProblem(await admin.post(properties, { name: 'q', ...text, bogus: 1 }), 400);
    expectProblem(await admin.post(properties, { name: 'q', ...text, required: [] }), 400);
    expectProblem(await admin.post(properties, { name: 'q', ...text, updated_at: 'x' }), 403);
    expect((await admin.get(properties)).json).toEqual({ properties: { p: definition } });
    expect((await admin.put(`${properties}/p`, { name: 'q', ...text })).json).toEqual({ name: 'q', ...text });
    expect((await admin.get(`${properties}/q`)).json).toEqual({ name: 'q', ...text });
    expectProblem(await admin.get(`${properties}/p`), 404);
    expectEmpty(await admin.delete(`${properties}/q`), 204);
    expectProblem(await admin.delete(`${properties}/q`), 404);
    expectEmpty(await admin.delete(properties), 204);
  });

  it('tags are made one by one or many at a time, in the place of all or beside them', async () => {
    const { admin } = target.cast();
    const { path } = await create(admin);
    const tags = `${path}/tags`;
    const names = async (query = ''): Promise<string[]> =>
      expectStatus(await admin.get(`${tags}${query}`), 200).json.tags.map(({ name }: any) => name);
    expect(expectStatus(await admin.post(`${tags}/one`), 201).json).toEqual({
      name: 'one',
      created_at: TIME,
      updated_at: TIME,
    });
    expectProblem(await admin.post(`${tags}/one`), 409);
    expectProblem(await admin.request('POST', `${tags}/two`, { body: '{}' }), 400);
    const many = { tags: [{ name: 'a' }, { name: 'b' }] };
    expect(expectStatus(await admin.post(tags, many), 201).json).toEqual(many);
    expect(await names('?sort_dir=asc')).toEqual(['a', 'b']);
    expectProblem(await admin.post(tags, { tags: [{ name: 'B' }] }, { 'X-Openstack-Append': 'True' }), 409);
    expectStatus(await admin.post(tags, { tags: [{ name: 'c' }] }, { 'X-Openstack-Append': 'True' }), 201);
    expectStatus(await admin.post(tags, { tags: [] }), 201);
    expect(await names('?sort_dir=asc')).toEqual(['a', 'b', 'c']);
    expect(await names('?sort_dir=asc&limit=1&marker=a')).toEqual(['b']);
    expect(await names('?limit=0')).toEqual([]);
    expectProblem(await admin.get(`${tags}?marker=none`), 404);
    expectProblem(await admin.get(`${tags}?limit=x`), 400);
    expectProblem(await admin.post(tags, { tags: [{ name: 'x' }, { name: 'x' }] }), 409);
    expectProblem(await admin.post(tags, { tags: [{ name: 'x', more: 1 }] }), 400);
    expect(expectStatus(await admin.put(`${tags}/a`, { name: 'z' }), 200).json.name).toBe('z');
    expectProblem(await admin.put(`${tags}/z`, { name: 'b' }), 409);
    expectProblem(await admin.put(`${tags}/none`, { name: 'n' }), 404);
    expectEmpty(await admin.delete(`${tags}/z`), 204);
    expectProblem(await admin.get(`${tags}/z`), 404);
    expectEmpty(await admin.delete(tags), 204);
    expect(await names()).toEqual([]);
  });

  it('types of resources are known once they were named, and stay', async () => {
    const { admin } = target.cast();
    const { path } = await create(admin);
    const [type, types] = [unique('OS::Type'), `${path}/resource_types`];
    const asked = { name: type, prefix: 'x_', properties_target: 'image' };
    const answer = expectStatus(await admin.post(types, asked), 201);
    expect(answer.json).toEqual({ ...asked, created_at: TIME, updated_at: TIME });
    expectProblem(await admin.post(types, asked), 409, 'already exists');
    expectProblem(await admin.post(types, {}), 400);
    expect((await admin.get(types)).json).toEqual({ resource_type_associations: [answer.json] });
    expectEmpty(await admin.delete(`${types}/${encodeURIComponent(type)}`), 204);
    expectProblem(await admin.delete(`${types}/${encodeURIComponent(type)}`), 404, 'Failed to find resource type');
    const known = expectStatus(await admin.get('/v2/metadefs/resource_types'), 200).json.resource_types;
    expect(known).toContainEqual(expect.objectContaining({ name: type, created_at: TIME }));
  });

  describe('the list of namespaces', () => {
    it('goes on from page to page', async () => {
      const { admin } = target.cast();
      const type = unique('OS::Type');
      const names: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        names.push((await create(admin, { resource_type_associations: [{ name: type }] })).name);
      }
      const query = `resource_types=${type}&limit=2&sort_key=namespace&sort_dir=asc`;
      const first = expectStatus(await admin.get(`${ROOT}?${query}`), 200).json;
      expect(first.schema).toBe('/v2/schemas/metadefs/namespaces');
      expect(first.first).toBe(`${ROOT}?${query.replaceAll('::', '%3A%3A')}`);
      const second = expectStatus(await admin.get(first.next), 200).json;
      const seen = [...first.namespaces, ...second.namespaces].map(({ namespace }: any) => namespace);
      expect(seen).toEqual(names.toSorted());
      expect(second).not.toHaveProperty('next');
      expect(first.namespaces[0]).toMatchObject({ resource_type_associations: [{ name: type, created_at: TIME }] });
      expect(first.namespaces[0]).not.toHaveProperty('objects');
    });

    it.each(['limit=-1', 'sort_dir=up', 'visibility=shared'])('with %s is refused', async (query) => {
      expectProblem(await target.cast().admin.get(`${ROOT}?${query}`), 400);
    });

    it('does not know a marker that is not there', async () => {
      expectProblem(await target.cast().admin.get(`${ROOT}?marker=none`), 404);
    });

    it('has what is public and what is the own project’s', async () => {
      const { admin, member, projects } = target.cast();
      const type = unique('OS::Type');
      const of = async (more: object) =>
        (await create(admin, { resource_type_associations: [{ name: type }], ...more })).name;
      const own = await of({ owner: projects.member });
      const open = await of({ visibility: 'public' });
      const foreign = await of({});
      const seenBy = async (session: ImageSession, more = ''): Promise<string[]> =>
        (await session.get(`${ROOT}?resource_types=${type}${more}`)).json.namespaces.map((one: any) => one.namespace);
      expect((await seenBy(member)).toSorted()).toEqual([own, open].toSorted());
      expect((await seenBy(admin)).toSorted()).toEqual([own, open, foreign].toSorted());
      expect(await seenBy(member, '&visibility=private')).toEqual([own]);
    });
  });

  describe('who is no administrator', () => {
    const writes: readonly (readonly [string, string, unknown])[] = [
      ['PUT', '', { namespace: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/objects', { name: 'o' }],
      ['DELETE', '/objects', undefined],
      ['POST', '/properties', { name: 'p', ...text }],
      ['DELETE', '/properties', undefined],
      ['POST', '/tags', { tags: [{ name: 't' }] }],
      ['POST', '/tags/t', undefined],
      ['DELETE', '/tags', undefined],
      ['POST', '/resource_types', { name: 'T' }],
    ];
    const reads = ['', '/objects', '/properties', '/tags', '/resource_types'];
    const send = (session: ImageSession, method: string, path: string, document: unknown) =>
      session.request(method, path, document === undefined ? {} : { body: JSON.stringify(document) });

    it('may read, but not write, what is public', async () => {
      const { admin, member } = target.cast();
      const { path } = await create(admin, { visibility: 'public' });
      for (const below of reads) expectStatus(await member.get(`${path}${below}`), 200);
      for (const [method, below, document] of writes) {
        expectProblem(await send(member, method, `${path}${below}`, document), 403, 'You are not authorized');
      }
      expectProblem(await member.post(ROOT, { namespace: unique('N') }), 403, 'add_metadef_namespace');
    });

    it('finds nothing of what is not', async () => {
      const { admin, member } = target.cast();
      const { path } = await create(admin);
      for (const below of reads) expectProblem(await member.get(`${path}${below}`), 404);
      for (const [method, below, document] of writes) {
        expectProblem(await send(member, method, `${path}${below}`, document), 404);
      }
    });
  });

  it.each([
    ['PATCH', '', 'GET, POST'],
    ['POST', '/n', 'GET, PUT, DELETE'],
    ['PUT', '/n/objects', 'GET, POST, DELETE'],
    ['POST', '/n/objects/o', 'GET, PUT, DELETE'],
    ['PUT', '/n/properties', 'GET, POST, DELETE'],
    ['POST', '/n/properties/p', 'GET, PUT, DELETE'],
    ['PUT', '/n/tags', 'GET, POST, DELETE'],
    ['PATCH', '/n/tags/t', 'GET, POST, PUT, DELETE'],
    ['PUT', '/n/resource_types', 'GET, POST'],
    ['GET', '/n/resource_types/t', 'DELETE'],
  ])('%s …%s is not allowed', async (method, below, allow) => {
    const answer = expectProblem(await target.cast().admin.request(method, `${ROOT}${below}`), 405);
    expect(answer.headers.allow).toBe(allow);
  });

  it('asking takes no body where none is of use', async () => {
    const { admin } = target.cast();
    const { path } = await create(admin, { tags: [{ name: 't' }], objects: [{ name: 'o' }] });
    for (const below of ['', '/objects/o', '/properties', '/tags/t', '/resource_types']) {
      expectProblem(await admin.request('GET', `${path}${below}`, { body: '{}' }), 400);
    }
  });
});
