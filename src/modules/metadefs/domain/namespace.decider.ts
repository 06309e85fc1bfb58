import type { MetadefNamespace, NamespaceContent, NamespaceHeader } from '../../../events/contracts/metadef-content.js';
import type { MetadefNamespaceEvent } from '../../../events/contracts/metadef-events.js';
import { isSameName, nameKey } from '../../../events/contracts/metadef-evolve.js';
import type { Decider } from '../../../kernel/decider.js';
import type {
  AdoptNamespace,
  CreateNamespace,
  DeleteNamespace,
  EndRename,
  MergeNamespace,
  NamespaceCommand,
  OverwriteNamespace,
  UpdateNamespace,
} from './metadef.commands.js';
import { MetadefRenameUnfinished } from './metadef.errors.js';
import {
  associationExists,
  mustBeFree,
  mustBeName,
  mustBeNamespaceName,
  namespaceExists,
  namespaceNotFound,
  namespaceProtected,
} from './namespace-guards.js';
import { headerChanges } from './namespace-header.js';
import { decideItem } from './namespace-items.js';
import { contentMerged } from './namespace-merge.js';
import { evolveNamespaceState, noNamespace } from './namespace-state.js';
import type { NamespaceState } from './namespace-state.js';

const createNamespace = (command: CreateNamespace, state: NamespaceState): MetadefNamespaceEvent[] => {
  const { header, content, now } = command;
  if (state.namespace !== null) throw namespaceExists(state.namespace.name);
  mustBeNamespaceName(header.name);
  mustBeSound(content, header);
  return [namespaceCreated(header, content, now)];
};

const namespaceCreated = (
  header: NamespaceHeader,
  { associations, objects, properties, tags }: NamespaceContent,
  createdAt: string,
): MetadefNamespaceEvent => ({
  type: 'MetadefNamespaceCreated',
  schemaVersion: 1,
  data: {
    ...header,
    associations: [...associations],
    objects: [...objects],
    properties: [...properties],
    tags: [...tags],
    createdAt,
  },
});

const updateNamespace = (command: UpdateNamespace, state: NamespaceState): MetadefNamespaceEvent[] => {
  const namespace = existing(command, state);
  const { header, renameId, now: changedAt } = command;
  mustBeNamespaceName(header.name);
  if (isSameName(header.name, namespace.name)) return headerChanges(namespace, header, changedAt);
  return [{ type: 'MetadefNamespaceRenameRequested', schemaVersion: 1, data: { renameId, header, changedAt } }];
};

const deleteNamespace = (command: DeleteNamespace, state: NamespaceState): MetadefNamespaceEvent[] => {
  const namespace = existing(command, state);
  if (namespace.protected === true && !command.evenProtected) throw namespaceProtected(namespace.name);
  return [{ type: 'MetadefNamespaceDeleted', schemaVersion: 1, data: { deletedAt: command.now } }];
};

const mergeNamespace = (command: MergeNamespace, state: NamespaceState): MetadefNamespaceEvent[] => {
  const namespace = existing(command, state);
  const { header, content, preferNew, now } = command;
  mustBeSound(content, header);
  const changes = preferNew ? headerChanges(namespace, header, now) : [];
  return [...changes, ...contentMerged(namespace, content, preferNew, now)];
};

const overwriteNamespace = (command: OverwriteNamespace, state: NamespaceState): MetadefNamespaceEvent[] => {
  const namespace = existing(command, state);
  const { header, content, now } = command;
  mustBeSound(content, header);
  if (isAlready(namespace, header, content)) return [];
  const deleted: MetadefNamespaceEvent = {
    type: 'MetadefNamespaceDeleted',
    schemaVersion: 1,
    data: { deletedAt: now },
  };
  return [deleted, namespaceCreated(header, content, now)];
};

/** Nothing to change, nothing to add, and nothing more than is wanted. */
const isAlready = (namespace: MetadefNamespace, header: NamespaceHeader, content: NamespaceContent): boolean => {
  const differences = [
    ...headerChanges(namespace, header, namespace.updatedAt),
    ...contentMerged(namespace, content, true, namespace.updatedAt),
  ];
  const { associations, objects, properties, tags } = content;
  return (
    differences.length === 0 &&
    namespace.associations.length === associations.length &&
    namespace.objects.length === objects.length &&
    namespace.properties.length === properties.length &&
    namespace.tags.length === tags.length
  );
};

const adoptNamespace = (command: AdoptNamespace, state: NamespaceState): MetadefNamespaceEvent[] => {
  const { renameId, previousName, definition } = command;
  if (state.decided.has(renameId)) return [];
  if (state.namespace !== null) {
    return [{ type: 'MetadefNamespaceAdoptionRefused', schemaVersion: 1, data: { renameId, previousName } }];
  }
  const data = { renameId, previousName, namespace: definition };
  return [{ type: 'MetadefNamespaceAdopted', schemaVersion: 1, data }];
};

const endRename = (command: EndRename, { rename }: NamespaceState): MetadefNamespaceEvent[] => {
  const { renameId, outcome } = command;
  if (rename?.renameId !== renameId) return [];
  if (outcome === 'refused') return [{ type: 'MetadefNamespaceRenameWithdrawn', schemaVersion: 1, data: { renameId } }];
  const data = { renameId, newName: rename.header.name };
  return [{ type: 'MetadefNamespaceRenamed', schemaVersion: 1, data }];
};

const decideNamespace = (command: NamespaceCommand, state: NamespaceState): MetadefNamespaceEvent[] => {
  if (command.type === 'AdoptNamespace') return adoptNamespace(command, state);
  if (command.type === 'EndRename') return endRename(command, state);
  mustNotBeRenamed(command, state);
  if (command.type === 'CreateNamespace') return createNamespace(command, state);
  if (command.type === 'UpdateNamespace') return updateNamespace(command, state);
  if (command.type === 'DeleteNamespace') return deleteNamespace(command, state);
  if (command.type === 'MergeNamespace') return mergeNamespace(command, state);
  if (command.type === 'OverwriteNamespace') return overwriteNamespace(command, state);
  return decideItem(command, existing(command, state));
};

const mustNotBeRenamed = ({ namespace }: NamespaceCommand, { rename }: NamespaceState): void => {
  if (rename === null) return;
  const message = `Metadata definition namespace ${namespace} is being renamed`;
  throw new MetadefRenameUnfinished(message, { namespace, renameId: rename.renameId });
};

const existing = (command: NamespaceCommand, { namespace }: NamespaceState) => {
  if (namespace === null) throw namespaceNotFound(command.namespace);
  return namespace;
};

/** No two things in a namespace may have the same name. */
const mustBeSound = ({ associations, objects, properties, tags }: NamespaceContent, header: NamespaceHeader): void => {
  const types = new Set<string>();
  for (const { resourceType } of associations) {
    mustBeName(resourceType, 'resource type');
    if (types.has(nameKey(resourceType))) throw associationExists(resourceType, header.name);
    types.add(nameKey(resourceType));
  }
  mustBeFree('object', [], objects.map(nameOf), header);
  mustBeFree('property', [], properties.map(nameOf), header);
  mustBeFree('tag', [], tags, header);
};

const nameOf = ({ name }: Readonly<{ name: string }>): string => name;

/**
 * The life of all namespaces of one name, stream `metadef_namespace-<name in lower case>`, one after the other.
 * A rename concerns two streams: that of the new name decides (docs/adr/0016).
 */
export const namespaceDecider: Decider<NamespaceState, NamespaceCommand, MetadefNamespaceEvent> = {
  initialState: noNamespace,
  decide: decideNamespace,
  evolve: evolveNamespaceState,
};
