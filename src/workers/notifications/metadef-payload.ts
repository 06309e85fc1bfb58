import type { MetadefNamespace } from '../../events/contracts/metadef-content.js';
import { defaultText } from '../../events/contracts/metadef-default.js';
import type { Json, JsonObject } from '../../kernel/json.js';
import { notDeleted, wholeSeconds } from './notification.js';

type Times = Readonly<{ createdAt: string; updatedAt: string }>;
type Definition = Readonly<Record<string, unknown>>;

export const namespacePayload = (namespace: MetadefNamespace, formerName = namespace.name): JsonObject => ({
  namespace: namespace.name,
  namespace_old: formerName,
  display_name: namespace.displayName,
  protected: namespace.protected,
  visibility: namespace.visibility,
  owner: namespace.owner,
  description: namespace.description,
  ...timesOf(namespace),
  ...notDeleted,
});

export const objectPayload = (
  namespace: string,
  object: MetadefNamespace['objects'][number],
  formerName = object.name,
): JsonObject => ({
  namespace,
  name: object.name,
  name_old: formerName,
  properties: Object.entries(object.properties ?? {}).map(([name, definition]) => ({
    name,
    ...fieldsOf(definition as Definition, (value) => value || null),
  })),
  required: object.required,
  description: object.description,
  ...timesOf(object),
  ...notDeleted,
});

export const propertyPayload = (
  namespace: string,
  { name, definition }: MetadefNamespace['properties'][number],
  formerName = name,
): JsonObject => ({
  namespace,
  name,
  name_old: formerName,
  ...fieldsOf(definition, (value) => value),
  ...notDeleted,
});

export const resourceTypePayload = (
  namespace: string,
  association: MetadefNamespace['associations'][number],
): JsonObject => ({
  namespace,
  name: association.resourceType,
  name_old: association.resourceType,
  prefix: association.prefix,
  properties_target: association.propertiesTarget,
  ...timesOf(association),
  ...notDeleted,
});

export const tagPayload = (
  namespace: string,
  tag: MetadefNamespace['tags'][number],
  formerName = tag.name,
): JsonObject => ({ namespace, name: tag.name, name_old: formerName, ...timesOf(tag), ...notDeleted });

const FIELDS = [
  ...['type', 'title', 'description', 'default', 'minimum', 'maximum', 'enum', 'pattern', 'minLength', 'maxLength'],
  ...['confidential', 'items', 'uniqueItems', 'minItems', 'maxItems', 'additionalItems'],
];

/** What a definition does not say is null; in an object, so is what is as good as nothing. */
const fieldsOf = (definition: Definition, shown: (value: Json) => Json): JsonObject =>
  Object.fromEntries(FIELDS.map((field) => [field, shown(valueOf(definition, field))]));

const valueOf = (definition: Definition, field: string): Json => {
  const value = (definition[field] ?? null) as Json;
  return field === 'default' && value !== null ? defaultText(value) : value;
};

const timesOf = ({ createdAt, updatedAt }: Times): JsonObject => ({
  created_at: wholeSeconds(createdAt),
  updated_at: wholeSeconds(updatedAt),
});
