import type { MetadefNamespace } from '../../events/contracts/metadef-content.js';

/** What of a namespace of metadata definitions can change, by the names it is shown under; null: there is none. */
export function namespaceFields(namespace: MetadefNamespace | null): ReadonlyMap<string, unknown> {
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
