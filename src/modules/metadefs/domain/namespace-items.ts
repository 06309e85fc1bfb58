import type { MetadefNamespace } from '../../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';
import type {
  AddTags,
  AssociateResourceType,
  DissociateResourceType,
  ItemCommand,
  RenameTag,
} from './metadef.commands.js';
import {
  associationExists,
  associationNotFound,
  associationWith,
  itemNamed,
  mustBeDeletable,
  mustBeFree,
  mustBeName,
  namespaceProtected,
} from './namespace-guards.js';

/** What happens to a namespace when something in it is to be added, replaced or removed. */
export const decideItem = (command: ItemCommand, namespace: MetadefNamespace): MetadefNamespaceEvent[] => {
  const { objects, properties, tags } = namespace;
  const { now: changedAt } = command;
  switch (command.type) {
    case 'AddObject':
      mustBeFree('object', objects, [command.object.name], namespace);
      return [{ type: 'MetadefObjectAdded', schemaVersion: 1, data: { object: command.object, changedAt } }];
    case 'ReplaceObject': {
      const { name } = itemNamed('object', objects, command.name);
      mustBeFree('object', others(objects, name), [command.object.name], namespace);
      return [{ type: 'MetadefObjectReplaced', schemaVersion: 1, data: { name, object: command.object, changedAt } }];
    }
    case 'RemoveObject':
      return objectsRemoved([removable('object', objects, command.name, namespace)]);
    case 'RemoveAllObjects':
      mustBeOpen(namespace);
      return objectsRemoved(namesOf(objects), EVERYTHING);
    case 'AddProperty':
      mustBeFree('property', properties, [command.property.name], namespace);
      return [{ type: 'MetadefPropertyAdded', schemaVersion: 1, data: { property: command.property, changedAt } }];
    case 'ReplaceProperty': {
      const { name } = itemNamed('property', properties, command.name);
      mustBeFree('property', others(properties, name), [command.property.name], namespace);
      const data = { name, property: command.property, changedAt };
      return [{ type: 'MetadefPropertyReplaced', schemaVersion: 1, data }];
    }
    case 'RemoveProperty':
      return propertiesRemoved([removable('property', properties, command.name, namespace)]);
    case 'RemoveAllProperties':
      mustBeOpen(namespace);
      return propertiesRemoved(namesOf(properties), EVERYTHING);
    case 'AddTags':
      return addTags(command, namespace);
    case 'RenameTag':
      return renameTag(command, namespace);
    case 'RemoveTag':
      return tagsRemoved([removable('tag', tags, command.name, namespace)]);
    case 'RemoveAllTags':
      mustBeOpen(namespace);
      return tagsRemoved(namesOf(tags), EVERYTHING);
    case 'AssociateResourceType':
      return associate(command, namespace);
    case 'DissociateResourceType':
      return dissociate(command, namespace);
  }
};

const addTags = (command: AddTags, namespace: MetadefNamespace): MetadefNamespaceEvent[] => {
  const { names, replace, now: changedAt } = command;
  if (names.length === 0) return [];
  mustBeFree('tag', replace ? [] : namespace.tags, names, namespace);
  const added: MetadefNamespaceEvent = {
    type: 'MetadefTagsAdded',
    schemaVersion: 1,
    data: { names: [...names], changedAt },
  };
  return replace ? [...tagsRemoved(namesOf(namespace.tags)), added] : [added];
};

const renameTag = (command: RenameTag, namespace: MetadefNamespace): MetadefNamespaceEvent[] => {
  const { name } = itemNamed('tag', namespace.tags, command.name);
  mustBeFree('tag', others(namespace.tags, name), [command.newName], namespace);
  if (name === command.newName) return [];
  const data = { name, newName: command.newName, changedAt: command.now };
  return [{ type: 'MetadefTagRenamed', schemaVersion: 1, data }];
};

const associate = (command: AssociateResourceType, namespace: MetadefNamespace): MetadefNamespaceEvent[] => {
  const { association, now: changedAt } = command;
  mustBeName(association.resourceType, 'resource type');
  if (associationWith(namespace.associations, association.resourceType) !== undefined) {
    throw associationExists(association.resourceType, namespace.name);
  }
  return [{ type: 'MetadefResourceTypeAssociated', schemaVersion: 1, data: { association, changedAt } }];
};

const dissociate = (command: DissociateResourceType, namespace: MetadefNamespace): MetadefNamespaceEvent[] => {
  const known = associationWith(namespace.associations, command.resourceType);
  if (known === undefined) throw associationNotFound(command.resourceType);
  mustBeDeletable(namespace, 'resource-type-association', known.resourceType);
  return [{ type: 'MetadefResourceTypesDissociated', schemaVersion: 1, data: { names: [known.resourceType] } }];
};

type Named = Readonly<{ name: string }>;

const removable = (
  kind: 'object' | 'property' | 'tag',
  items: readonly Named[],
  asked: string,
  namespace: MetadefNamespace,
): string => {
  const { name } = itemNamed(kind, items, asked);
  mustBeDeletable(namespace, kind, name);
  return name;
};

const mustBeOpen = (namespace: MetadefNamespace): void => {
  if (namespace.protected === true) throw namespaceProtected(namespace.name);
};

const namesOf = (items: readonly Named[]): string[] => items.map(({ name }) => name);

const others = (items: readonly Named[], name: string): readonly Named[] => items.filter((item) => item.name !== name);

/** Whether a request named what it removes. */
type Extent = Readonly<{ all?: true }>;
const EVERYTHING: Extent = { all: true };

const objectsRemoved = (names: string[], extent: Extent = {}): MetadefNamespaceEvent[] =>
  names.length === 0 ? [] : [{ type: 'MetadefObjectsRemoved', schemaVersion: 1, data: { names, ...extent } }];

const propertiesRemoved = (names: string[], extent: Extent = {}): MetadefNamespaceEvent[] =>
  names.length === 0 ? [] : [{ type: 'MetadefPropertiesRemoved', schemaVersion: 1, data: { names, ...extent } }];

const tagsRemoved = (names: string[], extent: Extent = {}): MetadefNamespaceEvent[] =>
  names.length === 0 ? [] : [{ type: 'MetadefTagsRemoved', schemaVersion: 1, data: { names, ...extent } }];
