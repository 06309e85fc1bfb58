import { Ajv } from 'ajv';
import { expectProblem, expectStatus } from '../../support/expectations.js';
import { SCHEMA_PROPERTIES } from '../../support/base-properties.js';
import { describeConformance } from '../../support/conformance-target.js';

const READ_ONLY = [
  ...['status', 'checksum', 'os_hash_algo', 'os_hash_value', 'size', 'virtual_size', 'created_at', 'updated_at'],
  ...['direct_url', 'self', 'file', 'stores', 'schema'],
];

describeConformance('schemas', 'default', (target) => {
  const schema = async (name: string): Promise<any> => {
    const answer = expectStatus(await target.cast().member.get(`/v2/schemas/${name}`), 200);
    expect(answer.headers['content-type']).toBe('application/json');
    return answer.json;
  };

  /** Properties of the image schema; without those that the operator of a foreign server has added. */
  const imageProperties = async (): Promise<[string, any][]> => {
    const properties = Object.entries<any>((await schema('image')).properties);
    return target.external ? properties.filter(([, property]) => property.is_base !== false) : properties;
  };

  it('SCH-01 the image schema has its 25 properties, takes strings beside them, and links', async () => {
    const image = await schema('image');
    expect(image.name).toBe('image');
    expect((await imageProperties()).map(([name]) => name).sort()).toEqual([...SCHEMA_PROPERTIES].sort());
    expect(image.additionalProperties).toEqual({ type: 'string' });
    expect(image.links).toEqual([
      { rel: 'self', href: '{self}' },
      { rel: 'enclosure', href: '{file}' },
      { rel: 'describedby', href: '{schema}' },
    ]);
    expect(image).not.toHaveProperty('$schema');
  });

  it('SCH-02 base properties are not marked as such, and what the server sets is read-only', async () => {
    const { properties } = await schema('image');
    for (const [name, property] of await imageProperties()) {
      expect(property).not.toHaveProperty('is_base');
      expect([name, property.readOnly === true]).toEqual([name, READ_ONLY.includes(name)]);
    }
    expect(properties.name).toMatchObject({ type: ['null', 'string'], maxLength: 255 });
    expect(properties.size.type).toEqual(['null', 'integer']);
    expect(properties.disk_format.enum.slice(0, 2)).toEqual([null, 'ami']);
    expect(properties.status.enum).toContain('deactivated');
    expect(properties.tags.items.maxLength).toBe(255);
  });

  it('SCH-04 the schema of a list repeats that of an image', async () => {
    const images = await schema('images');
    expect(images.name).toBe('images');
    expect(images.properties.images).toEqual({ type: 'array', items: await schema('image') });
    expect(Object.keys(images.properties).sort()).toEqual(['first', 'images', 'next', 'schema']);
    expect(images.links).toEqual([
      { rel: 'first', href: '{first}' },
      { rel: 'next', href: '{next}' },
      { rel: 'describedby', href: '{schema}' },
    ]);
  });

  it.each([['member'], ['task']])('SCH-05 the schema of a %s and of its list have the minimal form', async (name) => {
    const single = await schema(name);
    expect(Object.keys(single).sort()).toEqual(['name', 'properties']);
    expect(single.name).toBe(name);
    const several = await schema(`${name}s`);
    expect(several.name).toBe(`${name}s`);
    expect(Object.keys(several.properties).sort()).toEqual([`${name}s`, 'schema'].sort());
    expect(several.links).toEqual([{ rel: 'describedby', href: '{schema}' }]);
  });

  it.each([
    ['namespace', 'namespace', ['namespace']],
    ['namespaces', 'namespaces', undefined],
    ['object', 'object', ['name']],
    ['objects', 'objects', undefined],
    ['property', 'property', ['type', 'title', 'name']],
    ['properties', 'properties', undefined],
    ['tag', 'tag', ['name']],
    ['tags', 'tags', undefined],
    ['resource_type', 'resource_type_association', ['name']],
    ['resource_types', 'resource_type_associations', undefined],
  ])('SCH-06 the schema metadefs/%s is called %s', async (path, name, required) => {
    const document = await schema(`metadefs/${path}`);
    expect([document.name, document.required]).toEqual([name, required]);
    expect(required === undefined ? Object.keys(document.properties).sort() : []).toEqual(
      required === undefined ? ['first', name, 'next', 'schema'].sort() : [],
    );
    for (const readOnly of ['created_at', 'updated_at', 'self', 'schema']) {
      if (required !== undefined && readOnly in document.properties) {
        expect(document.properties[readOnly].readOnly).toBe(true);
      }
    }
    new Ajv({ strict: false, validateFormats: false }).compile(document);
  });

  it.each([['image'], ['images'], ['member'], ['members']])(
    'SCH-07 asking for the schema %s takes no body',
    async (name) => {
      expectProblem(await target.cast().member.request('GET', `/v2/schemas/${name}`, { body: '{}' }), 400);
    },
  );

  it('SCH-08 every image in an answer fits the schema', async () => {
    const { member, admin } = target.cast();
    // The served schemas carry names and links that the validator does not know.
    const fits = new Ajv({ strict: false }).compile(await schema('image'));
    const created = await member.create({ foo: 'bar', tags: ['a'] });
    const patched = (await member.patch(created.id, [{ op: 'add', path: '/name', value: 'n' }])).json;
    const active = await member.active();
    const deactivated = await member.deactivated();
    const published = await admin.active({ visibility: 'public' });
    for (const image of [created, patched, active, deactivated, published, ...(await member.list()).images]) {
      expect([fits(image), fits.errors]).toEqual([true, null]);
    }
  });
});
