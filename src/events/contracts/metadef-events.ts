import { Type } from 'typebox';
import type { EventOf } from './event.js';
import {
  AssociationSchema,
  header,
  HeaderSchema,
  NamespaceSchema,
  NamespaceVisibility,
  ObjectSchema,
  PropertySchema,
} from './metadef-content.js';
import { data } from './schema-parts.js';

const changedAt = Type.String({ description: 'when, ISO 8601 UTC' });
const names = Type.Array(Type.String(), { description: 'names of what it is about, in order' });
const all = Type.Optional(Type.Literal(true, { description: 'the request was to remove all, not each by its name' }));
const name = Type.String({ description: 'name until now' });
const renameId = Type.String({ description: 'UUID of the attempt to rename' });
const object = {
  ...ObjectSchema,
  description: 'name, description, required properties and the properties by name',
};
const property = { ...PropertySchema, description: 'name, and what the key may hold' };
const association = {
  ...AssociationSchema,
  description: 'type of resource, and what properties are called and meant for there',
};

/**
 * Every event in the life of a namespace of metadata definitions, stream `metadef_namespace-<name in lower case>`.
 * Released versions are frozen; see docs/events.md.
 */
export const metadefNamespaceEvents = {
  MetadefNamespaceCreated: {
    schemaVersion: 1,
    data: data('A namespace came to be, with all that was in it from the beginning.', {
      ...header,
      description: Type.Union([Type.String(), Type.Null()], { description: 'what the namespace is for' }),
      visibility: {
        ...NamespaceVisibility,
        description: 'who may see the namespace; null: not said, so only its owner',
      },
      protected: Type.Union([Type.Boolean(), Type.Null()], { description: 'whether deletions are refused' }),
      owner: Type.String({ description: 'project that the namespace belongs to' }),
      associations: Type.Array(AssociationSchema, { description: 'types of resources that it is for' }),
      objects: Type.Array(ObjectSchema, { description: 'groups of properties' }),
      properties: Type.Array(PropertySchema, { description: 'single properties' }),
      tags: Type.Array(Type.String()),
      createdAt: Type.String(),
    }),
  },
  MetadefNamespaceDescribed: {
    schemaVersion: 1,
    data: data('The namespace got another description, or its name is written another way.', {
      name: header.name,
      displayName: header.displayName,
      description: Type.Union([Type.String(), Type.Null()], { description: 'what the namespace is for' }),
      changedAt,
    }),
  },
  MetadefNamespaceVisibilityChanged: {
    schemaVersion: 1,
    data: data('Others may see the namespace from now on, or no longer.', {
      visibility: { ...NamespaceVisibility, description: 'who may see the namespace' },
      changedAt,
    }),
  },
  MetadefNamespaceProtectionChanged: {
    schemaVersion: 1,
    data: data('The namespace and what is in it may be deleted from now on, or no longer.', {
      protected: Type.Union([Type.Boolean(), Type.Null()], { description: 'whether deletions are refused' }),
      changedAt,
    }),
  },
  MetadefNamespaceOwnerChanged: {
    schemaVersion: 1,
    data: data('The namespace belongs to another project.', {
      owner: Type.String({ description: 'project that the namespace belongs to' }),
      changedAt,
    }),
  },
  MetadefNamespaceDeleted: {
    schemaVersion: 1,
    data: data('The namespace is gone with all that was in it. Its name is free.', { deletedAt: Type.String() }),
  },

  MetadefNamespaceRenameRequested: {
    schemaVersion: 1,
    data: data('The namespace shall get another name; until that is decided, nothing else happens to it.', {
      renameId,
      header: { ...HeaderSchema, description: 'what is said of the namespace under its new name' },
      changedAt,
    }),
  },
  MetadefNamespaceAdopted: {
    schemaVersion: 1,
    data: data('A namespace that had another name goes on under this one, with all that is in it.', {
      renameId,
      previousName: Type.String({ description: 'name that the namespace had' }),
      namespace: { ...NamespaceSchema, description: 'the namespace as it is now' },
    }),
  },
  MetadefNamespaceAdoptionRefused: {
    schemaVersion: 1,
    data: data('Another namespace wanted this name when it was taken already.', {
      renameId,
      previousName: Type.String({ description: 'name of the namespace that wanted this one' }),
    }),
  },
  MetadefNamespaceRenamed: {
    schemaVersion: 1,
    data: data('The namespace goes on under its new name; the old one is free.', {
      renameId,
      newName: Type.String({ description: 'name that the namespace has now' }),
    }),
  },
  MetadefNamespaceRenameWithdrawn: {
    schemaVersion: 1,
    data: data('The name was taken; the namespace stays what it was.', { renameId }),
  },

  MetadefObjectAdded: { schemaVersion: 1, data: data('A group of properties was added.', { object, changedAt }) },
  MetadefObjectReplaced: {
    schemaVersion: 1,
    data: data('A group of properties was replaced, perhaps by one of another name.', { name, object, changedAt }),
  },
  MetadefObjectsRemoved: { schemaVersion: 1, data: data('Groups of properties were removed.', { names, all }) },

  MetadefPropertyAdded: { schemaVersion: 1, data: data('A property was added.', { property, changedAt }) },
  MetadefPropertyReplaced: {
    schemaVersion: 1,
    data: data('A property was replaced, perhaps by one of another name.', { name, property, changedAt }),
  },
  MetadefPropertiesRemoved: { schemaVersion: 1, data: data('Properties were removed.', { names, all }) },

  MetadefTagsAdded: { schemaVersion: 1, data: data('Tags were added.', { names, changedAt }) },
  MetadefTagRenamed: {
    schemaVersion: 1,
    data: data('A tag has another name.', {
      name,
      newName: Type.String({ description: 'name from now on' }),
      changedAt,
    }),
  },
  MetadefTagsRemoved: { schemaVersion: 1, data: data('Tags were removed.', { names, all }) },

  MetadefResourceTypeAssociated: {
    schemaVersion: 1,
    data: data('The namespace is meant for another type of resource.', { association, changedAt }),
  },
  MetadefResourceTypeAssociationReplaced: {
    schemaVersion: 1,
    data: data('What the namespace means for a type of resource was said anew.', { association, changedAt }),
  },
  MetadefResourceTypesDissociated: {
    schemaVersion: 1,
    data: data('The namespace is no longer meant for these types of resources.', { names }),
  },
} as const;

/** A type of resources that namespaces are meant for, stream `metadef_resource_type-<name in lower case>`. */
export const metadefResourceTypeEvents = {
  MetadefResourceTypeRegistered: {
    schemaVersion: 1,
    data: data('A type of resources was named for the first time.', {
      name: Type.String({ description: 'name of the type, as it is written' }),
      protected: Type.Boolean({ description: 'whether it came with a definition file' }),
      createdAt: Type.String(),
    }),
  },
  MetadefResourceTypeRemoved: {
    schemaVersion: 1,
    data: data('The type is gone; all metadata definitions were unloaded.', { deletedAt: Type.String() }),
  },
} as const;

export const metadefEvents = { ...metadefNamespaceEvents, ...metadefResourceTypeEvents } as const;

export type MetadefNamespaceEvent = EventOf<typeof metadefNamespaceEvents>;
export type MetadefResourceTypeEvent = EventOf<typeof metadefResourceTypeEvents>;
export type MetadefEvent = MetadefNamespaceEvent | MetadefResourceTypeEvent;
