import type { MetadefNamespace, NamespaceContent } from './metadef-content.js';
import type { MetadefNamespaceEvent } from './metadef-events.js';

type Created = Extract<MetadefNamespaceEvent, { type: 'MetadefNamespaceCreated' }>['data'];

/** Names of one kind differ by more than the case of their letters, as in the databases of most clouds. */
export const nameKey = (name: string): string => name.toLowerCase();

export const isSameName = (one: string, other: string): boolean => nameKey(one) === nameKey(other);

/**
 * What a namespace holds after an event of its stream; null: there is none. Stands beside the events because both sides
 * need all of it: a rename carries the whole namespace in an event, and the read model shows it.
 */
export const evolveNamespace = (
  namespace: MetadefNamespace | null,
  event: MetadefNamespaceEvent,
): MetadefNamespace | null => {
  if (event.type === 'MetadefNamespaceCreated') return created(event.data);
  if (event.type === 'MetadefNamespaceAdopted') return event.data.namespace;
  if (event.type === 'MetadefNamespaceDeleted' || event.type === 'MetadefNamespaceRenamed') return null;
  return namespace === null ? null : changed(namespace, event);
};

const created = ({ createdAt, associations, objects, properties, tags, ...header }: Created): MetadefNamespace => {
  const content = timed({ associations, objects, properties, tags }, createdAt);
  return { ...header, createdAt, updatedAt: createdAt, ...content };
};

const timed = ({ associations, objects, properties, tags }: NamespaceContent, at: string) => ({
  associations: associations.map((association) => since(association, at)),
  objects: objects.map((object) => since(object, at)),
  properties: properties.map((property) => since(property, at)),
  tags: tags.map((name) => since({ name }, at)),
});

type Change = Exclude<
  MetadefNamespaceEvent,
  {
    type: 'MetadefNamespaceCreated' | 'MetadefNamespaceAdopted' | 'MetadefNamespaceDeleted' | 'MetadefNamespaceRenamed';
  }
>;

type ChangeData = { [Each in Change as Each['type']]: Each['data'] };

const changed = <Type extends keyof ChangeData>(
  namespace: MetadefNamespace,
  { type, data }: Readonly<{ type: Type; data: ChangeData[Type] }>,
): MetadefNamespace => ({ ...namespace, ...CHANGES[type](namespace, data) });

type Part = Partial<MetadefNamespace>;

const unchanged = (): Part => ({});

const withHeader = (_: MetadefNamespace, { changedAt, ...changes }: Part & Readonly<{ changedAt: string }>): Part => ({
  ...changes,
  updatedAt: changedAt,
});

const since = <Item extends object>(item: Item, at: string): Item & { createdAt: string; updatedAt: string } => ({
  ...item,
  createdAt: at,
  updatedAt: at,
});

type Named = Readonly<{ name: string }>;

const named = ({ name }: Named): string => name;

const replaced = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  name: string,
  next: Partial<Item>,
  at: string,
): Item[] => items.map((item) => (isSameName(nameOf(item), name) ? { ...item, ...next, updatedAt: at } : item));

const without = <Item>(items: readonly Item[], nameOf: (item: Item) => string, names: readonly string[]): Item[] => {
  const gone = new Set(names.map(nameKey));
  return items.filter((item) => !gone.has(nameKey(nameOf(item))));
};

type Association = MetadefNamespace['associations'][number];

const typeOf = ({ resourceType }: Association): string => resourceType;

/** What each event puts in the place of what was there. */
const CHANGES: {
  readonly [Type in keyof ChangeData]: (namespace: MetadefNamespace, data: ChangeData[Type]) => Part;
} = {
  MetadefNamespaceDescribed: withHeader,
  MetadefNamespaceVisibilityChanged: withHeader,
  MetadefNamespaceProtectionChanged: withHeader,
  MetadefNamespaceOwnerChanged: withHeader,
  MetadefNamespaceRenameRequested: unchanged,
  MetadefNamespaceRenameWithdrawn: unchanged,
  MetadefNamespaceAdoptionRefused: unchanged,

  MetadefObjectAdded: ({ objects }, { object, changedAt }) => ({ objects: [...objects, since(object, changedAt)] }),
  MetadefObjectReplaced: ({ objects }, { name, object, changedAt }) => ({
    objects: replaced(objects, named, name, object, changedAt),
  }),
  MetadefObjectsRemoved: ({ objects }, { names }) => ({ objects: without(objects, named, names) }),

  MetadefPropertyAdded: ({ properties }, { property, changedAt }) => ({
    properties: [...properties, since(property, changedAt)],
  }),
  MetadefPropertyReplaced: ({ properties }, { name, property, changedAt }) => ({
    properties: replaced(properties, named, name, property, changedAt),
  }),
  MetadefPropertiesRemoved: ({ properties }, { names }) => ({ properties: without(properties, named, names) }),

  MetadefTagsAdded: ({ tags }, { names, changedAt }) => ({
    tags: [...tags, ...names.map((name) => since({ name }, changedAt))],
  }),
  MetadefTagRenamed: ({ tags }, { name, newName, changedAt }) => ({
    tags: replaced(tags, named, name, { name: newName }, changedAt),
  }),
  MetadefTagsRemoved: ({ tags }, { names }) => ({ tags: without(tags, named, names) }),

  MetadefResourceTypeAssociated: ({ associations }, { association, changedAt }) => ({
    associations: [...associations, since(association, changedAt)],
  }),
  MetadefResourceTypeAssociationReplaced: ({ associations }, { association, changedAt }) => ({
    associations: replaced(associations, typeOf, association.resourceType, association, changedAt),
  }),
  MetadefResourceTypesDissociated: ({ associations }, { names }) => ({
    associations: without(associations, typeOf, names),
  }),
};
