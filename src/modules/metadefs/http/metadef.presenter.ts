import type {
  MetadefAssociation,
  MetadefNamespace,
  MetadefObject,
  NamespaceContent,
} from '../../../events/contracts/metadef-content.js';
import { defaultText } from '../../../events/contracts/metadef-default.js';
import { presentTime } from '../../../http/present-time.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { MetadefResourceType, NamespaceSummary } from '../../../projections/metadefs/metadef.read-model.js';

type Shown = Omit<NamespaceSummary, 'revision'>;
type Timed = Readonly<{ createdAt: string; updatedAt: string }>;

const ROOT = '/v2/metadefs/namespaces';

export const namespacePath = (name: string): string => `${ROOT}/${name}`;

/** A namespace without what is in it. What was never said is left out, here and below. */
const presentHeader = (namespace: Shown): JsonObject => ({
  namespace: namespace.name,
  ...said('display_name', namespace.displayName),
  ...said('description', namespace.description),
  ...said('visibility', namespace.visibility),
  ...said('protected', namespace.protected),
  owner: namespace.owner,
  ...presentTimes(namespace),
  self: namespacePath(namespace.name),
  schema: '/v2/schemas/metadefs/namespace',
});

/** A namespace in a list. */
export const presentSummary = (namespace: Shown): JsonObject => ({
  ...presentHeader(namespace),
  ...unlessEmpty('resource_type_associations', namespace.associations.map(presentAssociation)),
});

/** A namespace with all that is in it; the names of properties with what stands before them on a type of resource. */
export const presentNamespace = (namespace: MetadefNamespace, prefix: string): JsonObject => ({
  ...presentSummary(namespace),
  ...unlessEmpty(
    'objects',
    namespace.objects.map((object) => presentObject(namespace.name, object, prefix)),
  ),
  ...(namespace.properties.length > 0 && { properties: presentProperties(namespace.properties, prefix) }),
  ...unlessEmpty(
    'tags',
    namespace.tags.map(({ name }) => ({ name })),
  ),
});

/** A new namespace, with its content as it was sent. */
export const presentCreated = (namespace: MetadefNamespace, content: NamespaceContent): JsonObject => ({
  ...presentHeader(namespace),
  ...unlessEmpty('resource_type_associations', content.associations.map(presentSentAssociation)),
  ...unlessEmpty('objects', content.objects.map(presentSentObject)),
  ...(content.properties.length > 0 && { properties: presentProperties(content.properties, '') }),
  ...unlessEmpty(
    'tags',
    content.tags.map((name) => ({ name })),
  ),
});

/** A changed namespace; its content is not repeated. */
export const presentUpdated = (namespace: MetadefNamespace): JsonObject => presentHeader(namespace);

export const presentObject = (namespace: string, object: MetadefObject & Timed, prefix = ''): JsonObject => ({
  name: object.name,
  ...said('description', object.description),
  required: (object.required ?? []).map((name) => prefix + name),
  properties: presentDefinitions(object, prefix),
  ...presentObjectLinks(namespace, object),
});

/** An object as an answer to who sent it: without what was not sent. */
export const presentSavedObject = (namespace: string, object: MetadefObject & Timed): JsonObject => ({
  ...presentSentObject(object),
  ...presentObjectLinks(namespace, object),
});

const presentSentObject = (object: MetadefObject): JsonObject => ({
  name: object.name,
  ...said('description', object.description),
  ...said('required', object.required),
  ...(object.properties !== null && { properties: presentDefinitions(object, '') }),
});

const presentObjectLinks = (namespace: string, object: MetadefObject & Timed): JsonObject => ({
  ...presentTimes(object),
  self: `${namespacePath(namespace)}/objects/${object.name}`,
  schema: '/v2/schemas/metadefs/object',
});

const presentDefinitions = ({ properties }: MetadefObject, prefix: string): JsonObject =>
  Object.fromEntries(
    Object.entries(properties ?? {}).map(([name, definition]) => [prefix + name, presentDefinition(definition)]),
  );

type Property = Readonly<{ name: string; definition: Readonly<Record<string, unknown>> }>;

export const presentProperties = (properties: readonly Property[], prefix = ''): JsonObject =>
  Object.fromEntries(properties.map(({ name, definition }) => [prefix + name, presentDefinition(definition)]));

export const presentProperty = ({ name, definition }: Property): JsonObject => ({
  ...presentDefinition(definition),
  name,
});

/** The default is text, whatever its author wrote. */
const presentDefinition = (definition: unknown): JsonObject =>
  Object.fromEntries(
    Object.entries(definition as JsonObject) // stored as it was sent, and that was checked to be an object
      .filter(([, value]) => value !== null)
      .map(([attribute, value]) => [attribute, attribute === 'default' ? defaultText(value) : value]),
  );

export const presentAssociation = (association: MetadefAssociation & Timed): JsonObject => ({
  ...presentSentAssociation(association),
  ...presentTimes(association),
});

const presentSentAssociation = ({ resourceType, prefix, propertiesTarget }: MetadefAssociation): JsonObject => ({
  name: resourceType,
  ...said('prefix', prefix),
  ...said('properties_target', propertiesTarget),
});

export const presentTag = ({ name, ...times }: Timed & Readonly<{ name: string }>): JsonObject => ({
  name,
  ...presentTimes(times),
});

export const presentResourceType = ({ name, createdAt }: MetadefResourceType): JsonObject => ({
  name,
  ...presentTimes({ createdAt, updatedAt: createdAt }),
});

const presentTimes = ({ createdAt, updatedAt }: Timed): JsonObject => ({
  created_at: presentTime(createdAt),
  updated_at: presentTime(updatedAt),
});

const said = (name: string, value: Json): JsonObject => (value === null ? {} : { [name]: value });

const unlessEmpty = (name: string, items: readonly Json[]): JsonObject => (items.length === 0 ? {} : { [name]: items });
