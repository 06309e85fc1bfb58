import type { AppConfig } from '../../../../../../src/config/app-config.js';
import type { JsonObject } from '../../../../../../src/kernel/json.js';
import { ImageSchema } from '../../../../../../src/modules/images/http/schemas/image-schema.js';
import { SchemasController } from '../../../../../../src/modules/images/http/schemas/schemas.controller.js';

const container = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'];
const disk = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'];
const schema = new ImageSchema({
  ...{ formats: { container, disk, requireMatch: true }, properties: { folders: [] } },
} as unknown as AppConfig);
const served = new SchemasController(schema);

describe('the image schema', () => {
  const image = JSON.parse(served.image());
  const where = (test: (property: any) => boolean) =>
    Object.entries(image.properties)
      .filter(([, property]) => test(property))
      .map(([name]) => name)
      .toSorted();
  const words = (text: string) => text.split(' ').toSorted();

  it('SCH-01: has 25 properties, texts beside them, and three links', () => {
    expect(Object.keys(image).toSorted()).toEqual(['additionalProperties', 'links', 'name', 'properties']);
    expect(where(() => true)).toEqual(
      words(
        'id name status visibility protected os_hidden checksum os_hash_algo os_hash_value owner size virtual_size ' +
          'container_format disk_format created_at updated_at tags direct_url min_ram min_disk self file stores schema locations',
      ),
    );
    expect(image.additionalProperties).toEqual({ type: 'string' });
    expect(image.links).toEqual([
      { rel: 'self', href: '{self}' },
      { rel: 'enclosure', href: '{file}' },
      { rel: 'describedby', href: '{schema}' },
    ]);
  });

  it('SCH-02: marks what clients cannot set, and no base property', () => {
    expect(where((property) => property.readOnly === true)).toEqual(
      words(
        'status checksum os_hash_algo os_hash_value size virtual_size created_at updated_at direct_url self file stores schema',
      ),
    );
    expect(where((property) => 'is_base' in property)).toEqual([]);
    expect(image.properties.locations.items.properties.validation_data.writeOnly).toBe(true);
  });

  it('names null first among types and formats', () => {
    expect(image.properties.name.type).toEqual(['null', 'string']);
    expect(image.properties.size.type).toEqual(['null', 'integer']);
    expect(image.properties.disk_format.enum).toEqual([null, ...disk]);
    expect(image.properties.container_format.enum).toEqual([null, ...container]);
    expect(image.properties.tags.items.maxLength).toBe(255);
    expect(image.properties.locations.items.required).toEqual(['url', 'metadata']);
    const { checksum } = image.properties.locations.items.properties.validation_data.properties;
    expect(checksum).toMatchObject({ type: 'string', minLength: 32, maxLength: 32 });
  });

  it('SCH-04: is the item of the list', () => {
    const images = JSON.parse(served.images());
    expect(images.properties.images.items).toEqual(image);
    expect(Object.keys(images.properties)).toEqual(['images', 'first', 'next', 'schema']);
    expect(images.links.map(({ rel }: { rel: string }) => rel)).toEqual(['first', 'next', 'describedby']);
  });
});

describe('the other schemas', () => {
  it('SCH-05: have the minimal form', () => {
    const [member, members] = [JSON.parse(served.member()), JSON.parse(served.members())];
    const [task, tasks] = [JSON.parse(served.task()), JSON.parse(served.tasks())];
    expect([member, members, task, tasks].map(({ name }) => name)).toEqual(['member', 'members', 'task', 'tasks']);
    expect([Object.keys(member), Object.keys(task)]).toEqual([
      ['name', 'properties'],
      ['name', 'properties'],
    ]);
    expect(Object.keys(members.properties)).toEqual(['members', 'schema']);
    expect(members.properties.members.items).toEqual(member);
    expect(tasks.links).toEqual([{ rel: 'describedby', href: '{schema}' }]);
    expect(Object.keys(member.properties).toSorted()).toEqual([
      'created_at',
      'image_id',
      'member_id',
      'schema',
      'status',
      'updated_at',
    ]);
    const omitted = ['input', 'result', 'message', 'progress'];
    expect(Object.keys(tasks.properties.tasks.items.properties).toSorted()).toEqual(
      Object.keys(task.properties)
        .filter((name) => !omitted.includes(name))
        .toSorted(),
    );
  });
});

describe('validation of image documents', () => {
  const validate = (json: string) => schema.validate(JSON.parse(json) as JsonObject);

  it.each([
    '{}',
    '{"name": null, "owner": null, "disk_format": null, "tags": ["a"], "min_ram": 1.0, "min_disk": -1}',
    '{"visibility": "shared", "protected": true, "custom": "", "": "x", "a/b": "y"}',
    '{"__proto__": "x", "constructor": "y", "toString": "z", "hasOwnProperty": "q"}',
    '{"id": "0C0ffee0-0000-4000-8000-000000000001", "size": null}',
    `{"name": "${'\u{1F600}'.repeat(255)}"}`,
  ])('accepts %s', (json) => expect(validate(json)).toBeNull());

  it.each([
    ['{"min_ram": "512"}', "'512' is not of type 'integer'", "['min_ram']"],
    ['{"min_ram": 1.5}', "1.5 is not of type 'integer'", "['min_ram']"],
    ['{"min_ram": true}', "True is not of type 'integer'", "['min_ram']"],
    ['{"min_ram": null}', "None is not of type 'integer'", "['min_ram']"],
    ['{"protected": "true"}', "'true' is not of type 'boolean'", "['protected']"],
    ['{"name": 5}', "5 is not of type 'null', 'string'", "['name']"],
    ['{"status": 5}', "5 is not of type 'string'", "['status']"],
    ['{"tags": "a"}', "'a' is not of type 'array'", "['tags']"],
    ['{"tags": ["a", 1]}', "1 is not of type 'string'", "['tags'][1]"],
    ['{"custom": null}', "None is not of type 'string'", "['custom']"],
    ['{"a/b~c": {"x": [1, false]}}', "{'x': [1, False]} is not of type 'string'", "['a/b~c']"],
    ['{"__proto__": 1}', "1 is not of type 'string'", "['__proto__']"],
    [
      '{"visibility": "it\'s"}',
      "\"it's\" is not one of ['community', 'public', 'private', 'shared']",
      "['visibility']",
    ],
    ['{"id": "gabe"}', "'gabe' does not match '^([0-9a-fA-F]){8}-", "['id']"],
    ['{"locations": [{"url": "x"}]}', "'metadata' is a required property", "['locations'][0]"],
    ['{"os_hidden": "a\\nb"}', "'a\\nb' is not of type 'boolean'", "['os_hidden']"],
  ])('refuses %s: %s', (json, reason, place) => {
    const message = validate(json);
    expect(message).toContain(`Provided object does not match schema 'image': ${reason}`);
    expect(message?.endsWith(`\n\nOn instance${place}`)).toBe(true);
  });

  it('lists the formats that there are', () => {
    const formats = ['None', ...disk.map((format) => `'${format}'`)].join(', ');
    expect(validate('{"disk_format": "nope"}')).toContain(`'nope' is not one of [${formats}]`);
  });

  it('cuts values that are too long for a message', () => {
    const message = validate(`{"name": "${'x'.repeat(100_000)}"}`);
    expect(message).toMatch(/'x{255}\.\.\. is too long/);
  });
});
