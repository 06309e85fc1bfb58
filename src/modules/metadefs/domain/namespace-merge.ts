import type {
  MetadefAssociation,
  MetadefNamespace,
  MetadefObject,
  MetadefProperty,
  NamespaceContent,
} from '../../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';
import { nameKey } from '../../../events/contracts/metadef-evolve.js';
import { sameJson } from '../../../kernel/json-equality.js';

/**
 * What has to happen for a namespace to have all that `content` has; nothing of it is taken away.
 * @param preferNew whether what both have is replaced
 */
export const contentMerged = (
  namespace: MetadefNamespace,
  content: NamespaceContent,
  preferNew: boolean,
  changedAt: string,
): MetadefNamespaceEvent[] => [
  ...merged(namespace.associations, content.associations, typeOf, preferNew, {
    add: (association) => ({
      type: 'MetadefResourceTypeAssociated',
      schemaVersion: 1,
      data: { association, changedAt },
    }),
    replace: (_name, association) => ({
      type: 'MetadefResourceTypeAssociationReplaced',
      schemaVersion: 1,
      data: { association, changedAt },
    }),
  }),
  ...merged(namespace.objects, content.objects, nameOf, preferNew, {
    add: (object) => ({ type: 'MetadefObjectAdded', schemaVersion: 1, data: { object, changedAt } }),
    replace: (name, object) => ({ type: 'MetadefObjectReplaced', schemaVersion: 1, data: { name, object, changedAt } }),
  }),
  ...merged(namespace.properties, content.properties, nameOf, preferNew, {
    add: (property) => ({ type: 'MetadefPropertyAdded', schemaVersion: 1, data: { property, changedAt } }),
    replace: (name, property) => ({
      type: 'MetadefPropertyReplaced',
      schemaVersion: 1,
      data: { name, property, changedAt },
    }),
  }),
  ...tagsMerged(namespace, content.tags, changedAt),
];

type Item = MetadefAssociation | MetadefObject | MetadefProperty;

type Steps<Definition extends Item> = Readonly<{
  add: (definition: Definition) => MetadefNamespaceEvent;
  replace: (name: string, definition: Definition) => MetadefNamespaceEvent;
}>;

const typeOf = ({ resourceType }: MetadefAssociation): string => resourceType;

const nameOf = ({ name }: Readonly<{ name: string }>): string => name;

const merged = <Definition extends Item>(
  known: readonly Definition[],
  wanted: readonly Definition[],
  keyOf: (definition: Definition) => string,
  preferNew: boolean,
  { add, replace }: Steps<Definition>,
): MetadefNamespaceEvent[] => {
  const byName = new Map(known.map((definition) => [nameKey(keyOf(definition)), definition]));
  return wanted.flatMap((definition) => {
    const present = byName.get(nameKey(keyOf(definition)));
    if (present === undefined) return [add(definition)];
    return preferNew && !isAsWanted(present, definition) ? [replace(keyOf(present), definition)] : [];
  });
};

/** What is known has times, which no definition says anything about. */
const isAsWanted = (present: Item, wanted: Item): boolean => {
  const values = new Map<string, unknown>(Object.entries(present));
  return Object.entries(wanted).every(([field, value]) => sameJson(values.get(field), value));
};

const tagsMerged = (
  namespace: MetadefNamespace,
  wanted: readonly string[],
  changedAt: string,
): MetadefNamespaceEvent[] => {
  const known = new Set(namespace.tags.map(({ name }) => nameKey(name)));
  const names = wanted.filter((name) => !known.has(nameKey(name)));
  return names.length === 0 ? [] : [{ type: 'MetadefTagsAdded', schemaVersion: 1, data: { names, changedAt } }];
};
