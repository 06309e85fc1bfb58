import type { MetadefNamespace } from '../events/contracts/metadef-content.js';
import { metadefNamespaceEvents } from '../events/contracts/metadef-events.js';
import type { MetadefNamespaceEvent } from '../events/contracts/metadef-events.js';
import { evolveNamespace } from '../events/contracts/metadef-evolve.js';
import type { AnyEvent } from '../events/event-codec.js';
import { namespaceStream } from '../modules/metadefs/commands/metadef-streams.js';
import { differences } from './field-changes.js';
import type { HistoryEntry, Log } from './history.js';
import { printEntries } from './history.js';
import type { Print } from './print.js';

/**
 * Tells what happened under the name of a namespace, also after it was deleted or got another name.
 * @returns whether there is, or ever was, such a namespace
 */
export async function printNamespaceHistory(log: Log, name: string, json: boolean, print: Print): Promise<boolean> {
  let namespace: MetadefNamespace | null = null;
  const entries: HistoryEntry[] = [];
  for (const envelope of await log.eventStore.readStream(namespaceStream(name))) {
    const event = log.codec.decode(envelope);
    const after: MetadefNamespace | null = isNamespaceEvent(event) ? evolveNamespace(namespace, event) : namespace;
    entries.push({ envelope, reason: null, changes: differences(fieldsOf(namespace), fieldsOf(after)) });
    namespace = after;
  }
  printEntries(entries, json, print);
  return entries.length > 0;
}

const isNamespaceEvent = (event: AnyEvent): event is MetadefNamespaceEvent =>
  Object.hasOwn(metadefNamespaceEvents, event.type);

function fieldsOf(namespace: MetadefNamespace | null): ReadonlyMap<string, unknown> {
  if (namespace === null) return new Map();
  return new Map<string, unknown>([
    ['namespace', namespace.name],
    ['display_name', namespace.displayName],
    ['description', namespace.description],
    ['visibility', namespace.visibility],
    ['protected', namespace.protected],
    ['owner', namespace.owner],
    ...namespace.associations.map(
      ({ resourceType, prefix, propertiesTarget }) =>
        [`resource type ${resourceType}`, { prefix, properties_target: propertiesTarget }] as const,
    ),
    ...namespace.objects.map(
      ({ name, description, required, properties }) =>
        [`object ${name}`, { description, required, properties }] as const,
    ),
    ...namespace.properties.map(({ name, definition }) => [`property ${name}`, definition] as const),
    ...namespace.tags.map(({ name }) => [`tag ${name}`, true] as const),
  ]);
}
