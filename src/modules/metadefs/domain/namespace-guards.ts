import type { MetadefAssociation, MetadefNamespace } from '../../../events/contracts/metadef-content.js';
import { isSameName, nameKey } from '../../../events/contracts/metadef-evolve.js';
import { MetadefExists, MetadefInvalid, MetadefNotFound, MetadefProtected } from './metadef.errors.js';

/** The kinds of things in a namespace, as messages call them. */
export type ItemKind = 'object' | 'property' | 'tag';

const UNKNOWN: Readonly<Record<ItemKind, string>> = {
  object: 'metadata object',
  property: 'property',
  tag: 'metadata tag',
};

const TAKEN: Readonly<Record<ItemKind, string>> = {
  object: 'metadata definition object',
  property: 'metadata definition property',
  tag: 'metadata tag',
};

const MAX_NAME_LENGTH = 80;

export const namespaceNotFound = (name: string): MetadefNotFound =>
  new MetadefNotFound(`Metadata definition namespace=${name} was not found.`, { namespace: name });

export const namespaceExists = (name: string): MetadefExists =>
  new MetadefExists(`The metadata definition namespace=${name} already exists.`, { namespace: name });

export const itemNotFound = (kind: ItemKind, name: string): MetadefNotFound =>
  new MetadefNotFound(`Could not find ${UNKNOWN[kind]} ${name}`, { kind, name });

export const associationNotFound = (resourceType: string): MetadefNotFound =>
  new MetadefNotFound(`Failed to find resource type ${resourceType} to delete`, { resourceType });

const itemExists = (kind: ItemKind, name: string, namespace: string): MetadefExists =>
  new MetadefExists(
    `A ${TAKEN[kind]} with name=${name} already exists in namespace=${namespace}. ` +
      'Names that differ only in the case of their letters are the same.',
    { kind, name, namespace },
  );

export const associationExists = (resourceType: string, namespace: string): MetadefExists =>
  new MetadefExists(
    `The metadata definition resource-type association of resource-type=${resourceType} to namespace=${namespace} ` +
      'already exists.',
    { resourceType, namespace },
  );

export const namespaceProtected = (name: string): MetadefProtected =>
  new MetadefProtected(`Metadata definition namespace ${name} is protected and cannot be deleted.`, {
    namespace: name,
  });

export const mustBeDeletable = (
  namespace: MetadefNamespace,
  kind: ItemKind | 'resource-type-association',
  name: string,
): void => {
  if (namespace.protected !== true) return;
  throw new MetadefProtected(`Metadata definition ${kind} ${name} is protected and cannot be deleted.`, {
    kind,
    name,
    namespace: namespace.name,
  });
};

/** What a thing in a namespace needs to be called by. */
export const mustBeName = (name: string, what: string): void => {
  if (name === '') throw new MetadefInvalid(`The ${what} has no name.`);
  if (name.length > MAX_NAME_LENGTH) {
    throw new MetadefInvalid(`The name of the ${what} is longer than ${MAX_NAME_LENGTH} characters: ${name}`);
  }
};

/** A name that no path leads to would be there for ever. */
export const mustBeNamespaceName = (name: string): void => {
  mustBeName(name, 'namespace');
  if (name.includes('/')) throw new MetadefInvalid(`The name of a namespace must not contain a slash: ${name}`);
};

type Named = Readonly<{ name: string }>;

/** @throws MetadefNotFound */
export const itemNamed = <Item extends Named>(kind: ItemKind, items: readonly Item[], name: string): Item => {
  const item = items.find((known) => isSameName(known.name, name));
  if (item === undefined) throw itemNotFound(kind, name);
  return item;
};

/** What a namespace says about a type of resource, however the type is spelled; undefined: it is not meant for it. */
export const associationWith = <Association extends MetadefAssociation>(
  associations: readonly Association[],
  type: string,
): Association | undefined => associations.find(({ resourceType }) => isSameName(resourceType, type));

/** @throws MetadefExists */
export const mustBeFree = (
  kind: ItemKind,
  items: readonly Named[],
  names: readonly string[],
  { name: namespace }: Named,
): void => {
  const taken = new Set(items.map(({ name }) => nameKey(name)));
  for (const name of names) {
    mustBeName(name, kind);
    if (taken.has(nameKey(name))) throw itemExists(kind, name, namespace);
    taken.add(nameKey(name));
  }
};
