import type { MetadefNamespaceEvent } from '../../../../src/events/contracts/metadef-events.js';
import { toldOf, typesOf } from '../../../support/told-notifications.js';

type DataOf<Type extends MetadefNamespaceEvent['type']> = Extract<MetadefNamespaceEvent, { type: Type }>['data'];

const event = <Type extends MetadefNamespaceEvent['type']>(type: Type, data: DataOf<Type>): MetadefNamespaceEvent =>
  ({ type, schemaVersion: 1, data }) as unknown as MetadefNamespaceEvent;

const createdAt = '2026-01-02T03:04:05.000Z';
const changedAt = '2026-01-02T03:04:06.000Z';
const header = {
  name: 'OS::Test',
  displayName: 'Test',
  description: null,
  visibility: 'public' as const,
  protected: false,
  owner: 'admin',
};
const object = {
  name: 'limits',
  description: 'Limits',
  required: ['max'],
  properties: { max: { type: 'integer', title: 'Max', minimum: 0, maximum: 9, confidential: false } },
};
const property = { name: 'os', definition: { type: 'string', title: 'OS', enum: ['linux'], minLength: 0 } };
const association = { resourceType: 'OS::Glance::Image', prefix: 'hw_', propertiesTarget: null };
const empty = { associations: [], objects: [], properties: [], tags: [] };
const created = event('MetadefNamespaceCreated', { ...header, ...empty, createdAt });
const full = event('MetadefNamespaceCreated', {
  ...header,
  associations: [association],
  objects: [object],
  properties: [property],
  tags: ['one', 'two'],
  createdAt,
});

const tell = (...requests: (MetadefNamespaceEvent | MetadefNamespaceEvent[])[]) =>
  toldOf(
    'metadef_namespace-os::test',
    requests.map((events) => [events].flat()),
  );
const last = async (...requests: Parameters<typeof tell>) => (await tell(...requests)).at(-1)!;

describe('what Glance would have told of metadata definitions', () => {
  it('is a namespace, and then each thing in it', async () => {
    const [told] = await tell(full);
    expect(typesOf([told!])).toEqual([
      [
        'metadef_namespace.create',
        'metadef_resource_type.create',
        'metadef_object.create',
        'metadef_tag.create',
        'metadef_tag.create',
        'metadef_property.create',
      ],
    ]);
    const times = { created_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' };
    const kept = { deleted: false, deleted_at: null };
    const [namespace, type, group, tag, , single] = told!.map(({ payload }) => payload);
    expect(namespace).toEqual({
      namespace: 'OS::Test',
      namespace_old: 'OS::Test',
      display_name: 'Test',
      protected: false,
      visibility: 'public',
      owner: 'admin',
      description: null,
      ...times,
      ...kept,
    });
    expect(type).toEqual({
      namespace: 'OS::Test',
      name: 'OS::Glance::Image',
      name_old: 'OS::Glance::Image',
      prefix: 'hw_',
      properties_target: null,
      ...times,
      ...kept,
    });
    const nothing = Object.fromEntries(
      ['description', 'default', 'pattern', 'items', 'uniqueItems', 'minItems', 'maxItems', 'additionalItems'].map(
        (name) => [name, null],
      ),
    );
    expect(group).toEqual({
      namespace: 'OS::Test',
      name: 'limits',
      name_old: 'limits',
      properties: [
        {
          name: 'max',
          ...nothing,
          type: 'integer',
          title: 'Max',
          minimum: null,
          maximum: 9,
          enum: null,
          minLength: null,
          maxLength: null,
          confidential: null,
        },
      ],
      required: ['max'],
      description: 'Limits',
      ...times,
      ...kept,
    });
    expect(tag).toEqual({ namespace: 'OS::Test', name: 'one', name_old: 'one', ...times, ...kept });
    expect(single).toEqual({
      namespace: 'OS::Test',
      name: 'os',
      name_old: 'os',
      ...nothing,
      type: 'string',
      title: 'OS',
      minimum: null,
      maximum: null,
      enum: ['linux'],
      minLength: 0,
      maxLength: null,
      confidential: null,
      ...kept,
    });
  });

  it('is one update for all that one request says of a namespace', async () => {
    const told = await tell(created, [
      event('MetadefNamespaceDescribed', { name: 'os::TEST', displayName: null, description: 'x', changedAt }),
      event('MetadefNamespaceProtectionChanged', { protected: true, changedAt }),
    ]);
    expect(typesOf(told).slice(1)).toEqual([[], ['metadef_namespace.update']]);
    expect(told[2]![0]).toMatchObject({ payload: { namespace: 'os::TEST', description: 'x', protected: true } });
  });

  it('is an update with the former name where a namespace is renamed', async () => {
    const renameId = 'r1';
    const times = { createdAt, updatedAt: changedAt };
    const namespace = { ...header, ...empty, ...times };
    const adopted = event('MetadefNamespaceAdopted', { renameId, previousName: 'Old', namespace });
    expect(await last(adopted)).toMatchObject([
      { eventType: 'metadef_namespace.update', payload: { namespace: 'OS::Test', namespace_old: 'Old' } },
    ]);
    const renamed = event('MetadefNamespaceRenamed', { renameId, newName: 'New' });
    const requested = event('MetadefNamespaceRenameRequested', {
      renameId,
      header: { ...header, name: 'New' },
      changedAt,
    });
    expect(typesOf(await tell(created, requested, renamed)).slice(1)).toEqual([[], []]);
  });

  it('is an object, a property and a tag with their former names', async () => {
    const told = await tell(
      full,
      event('MetadefObjectReplaced', { name: 'limits', object: { ...object, name: 'bounds' }, changedAt }),
      event('MetadefPropertyReplaced', { name: 'os', property: { ...property, name: 'system' }, changedAt }),
      event('MetadefTagRenamed', { name: 'one', newName: 'uno', changedAt }),
    );
    expect(told.slice(1).flat()).toMatchObject([
      { eventType: 'metadef_object.update', payload: { name: 'bounds', name_old: 'limits' } },
      { eventType: 'metadef_property.update', payload: { name: 'system', name_old: 'os' } },
      { eventType: 'metadef_tag.update', payload: { name: 'uno', name_old: 'one' } },
    ]);
  });

  it('is what comes and goes, by itself or all at once', async () => {
    const told = await tell(
      full,
      event('MetadefObjectAdded', { object: { ...object, name: 'more' }, changedAt }),
      event('MetadefPropertyAdded', { property: { ...property, name: 'more' }, changedAt }),
      event('MetadefTagsAdded', { names: ['three'], changedAt }),
      event('MetadefObjectsRemoved', { names: ['limits', 'more'] }),
      event('MetadefPropertiesRemoved', { names: ['os', 'more'] }),
      event('MetadefTagsRemoved', { names: ['three'] }),
      event('MetadefTagsRemoved', { names: ['one', 'two'] }),
      event('MetadefResourceTypesDissociated', { names: ['OS::Glance::Image'] }),
      event('MetadefResourceTypeAssociated', { association, changedAt }),
      event('MetadefNamespaceDeleted', { deletedAt: changedAt }),
    );
    expect(typesOf(told).slice(1).flat()).toEqual([
      'metadef_object.create',
      'metadef_property.create',
      'metadef_tag.create',
      'metadef_namespace.delete_objects',
      'metadef_namespace.delete_properties',
      'metadef_tag.delete',
      'metadef_namespace.delete_tags',
      'metadef_resource_type.delete',
      'metadef_resource_type.create',
      'metadef_namespace.delete',
    ]);
    expect(told[6]![0]).toMatchObject({ payload: { name: 'three', deleted: true } });
    expect(told.at(-1)![0]).toMatchObject({ payload: { deleted: true, deleted_at: '2026-01-02T03:04:06Z' } });
  });

  it('is a removal of all where all of one were meant', async () => {
    const told = await tell(
      full,
      event('MetadefObjectsRemoved', { names: ['limits'], all: true }),
      event('MetadefPropertiesRemoved', { names: ['os'], all: true }),
      event('MetadefTagsRemoved', { names: ['one'] }),
      event('MetadefTagsRemoved', { names: ['two'], all: true }),
    );
    expect(typesOf(told).slice(1)).toEqual([
      ['metadef_namespace.delete_objects'],
      ['metadef_namespace.delete_properties'],
      ['metadef_tag.delete'],
      ['metadef_namespace.delete_tags'],
    ]);
  });

  it('is a property with its default as text, as the API shows it', async () => {
    const withDefault = (value: unknown) => ({ name: 'p', definition: { ...property.definition, default: value } });
    const added = (value: unknown) => event('MetadefPropertyAdded', { property: withDefault(value), changedAt });
    const shown = async (value: unknown) => (await last(created, added(value)))[0]!.payload;
    expect(await shown(true)).toMatchObject({ default: 'True' });
    expect(await shown(5)).toMatchObject({ default: '5' });
    expect(await shown('text')).toMatchObject({ default: 'text' });
    expect(await shown(null)).toMatchObject({ default: null });
  });

  it('is what an object required when it is removed, if only nothing', async () => {
    const told = await tell(
      created,
      event('MetadefObjectAdded', { object: { ...object, required: null }, changedAt }),
      event('MetadefObjectsRemoved', { names: ['limits'] }),
    );
    expect(told.slice(1).flat()).toMatchObject([{ payload: { required: null } }, { payload: { required: [] } }]);
  });

  it('is the new tags alone where tags are replaced', async () => {
    const told = await tell(full, [
      event('MetadefTagsRemoved', { names: ['one', 'two'] }),
      event('MetadefTagsAdded', { names: ['a', 'b'], changedAt }),
    ]);
    expect(typesOf(told).slice(1)).toEqual([[], ['metadef_tag.create', 'metadef_tag.create']]);
  });
});
