import type {
  MetadefAssociation,
  MetadefNamespace,
  MetadefObject,
  NamespaceContent,
  NamespaceHeader,
} from '../../../events/contracts/metadef-content.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import { isStorable } from '../../../kernel/storable-text.js';
import { MetadefInvalid } from './metadef.errors.js';

/** A namespace as a definition file describes it. */
export type NamespaceDefinition = Readonly<{ header: NamespaceHeader; content: NamespaceContent }>;

/** Owner of namespaces whose file names none. */
const DEFAULT_OWNER = 'admin';

/** Deeper nesting serves no definition, but exhausts the stack of code that walks it. */
const MAX_DEPTH = 64;

/**
 * Reads a definition file. Properties are kept as their authors wrote them.
 * @throws MetadefInvalid naming what is wrong with which part
 */
export function parseNamespaceFile(document: Json): NamespaceDefinition {
  mustBeSound(document, MAX_DEPTH);
  const file = objectAt(document, 'the file');
  return {
    header: {
      name: textAt(file['namespace'], 'namespace'),
      displayName: optionalText(file['display_name'], 'display_name'),
      description: optionalText(file['description'], 'description'),
      visibility: visibilityAt(file['visibility']),
      protected: protectionAt(file['protected']),
      owner: optionalText(file['owner'], 'owner') ?? DEFAULT_OWNER,
    },
    content: {
      associations: listAt(file, 'resource_type_associations').map(associationAt),
      objects: listAt(file, 'objects').map(objectDefinitionAt),
      properties: Object.entries(mapAt(file['properties'], 'properties') ?? {}).map(([name, definition]) => ({
        name,
        definition: objectAt(definition, `properties.${name}`),
      })),
      tags: listAt(file, 'tags').map(({ item, at }) => textAt(item['name'], `${at}.name`)),
    },
  };
}

/** The definition file that says the same; who owns the namespace is for each service to say. */
export function namespaceFile(namespace: MetadefNamespace): JsonObject {
  const { name, displayName, description, visibility, associations, objects, properties, tags } = namespace;
  return {
    namespace: name,
    ...said('display_name', displayName),
    ...said('description', description),
    ...said('visibility', visibility),
    ...said('protected', namespace.protected),
    ...unlessEmpty('resource_type_associations', associations.map(associationInFile)),
    ...(properties.length > 0 && {
      properties: Object.fromEntries(properties.map((property) => [property.name, property.definition as JsonObject])),
    }),
    ...unlessEmpty('objects', objects.map(objectInFile)),
    ...unlessEmpty(
      'tags',
      tags.map((tag) => ({ name: tag.name })),
    ),
  };
}

const associationInFile = ({ resourceType, prefix, propertiesTarget }: MetadefAssociation): JsonObject => ({
  name: resourceType,
  ...said('prefix', prefix),
  ...said('properties_target', propertiesTarget),
});

const objectInFile = ({ name, description, required, properties }: MetadefObject): JsonObject => ({
  name,
  ...said('description', description),
  ...said('required', required),
  ...said('properties', properties as JsonObject | null),
});

const said = (name: string, value: Json): JsonObject => (value === null ? {} : { [name]: value });

const unlessEmpty = (name: string, items: readonly Json[]): JsonObject => (items.length === 0 ? {} : { [name]: items });

type Item = Readonly<{ item: JsonObject; at: string }>;

const associationAt = ({ item, at }: Item): MetadefAssociation => ({
  resourceType: textAt(item['name'], `${at}.name`),
  prefix: optionalText(item['prefix'], `${at}.prefix`),
  propertiesTarget: optionalText(item['properties_target'], `${at}.properties_target`),
});

function objectDefinitionAt({ item, at }: Item): MetadefObject {
  const properties = mapAt(item['properties'], `${at}.properties`);
  for (const [name, definition] of Object.entries(properties ?? {})) {
    objectAt(definition, `${at}.properties.${name}`);
  }
  const required = item['required'] ?? null;
  return {
    name: textAt(item['name'], `${at}.name`),
    description: optionalText(item['description'], `${at}.description`),
    required: required === null ? null : textsAt(required, `${at}.required`),
    properties,
  };
}

const wrong = (at: string, expected: string): MetadefInvalid => new MetadefInvalid(`${at} must be ${expected}`);

function textAt(value: Json | undefined, at: string): string {
  if (typeof value !== 'string') throw wrong(at, 'a text');
  return value;
}

const optionalText = (value: Json | undefined, at: string): string | null =>
  value === undefined || value === null ? null : textAt(value, at);

function visibilityAt(value: Json | undefined): NamespaceHeader['visibility'] {
  if (value === undefined || value === null) return null;
  if (value === 'public' || value === 'private') return value;
  throw wrong('visibility', 'public or private');
}

function protectionAt(value: Json | undefined): boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value;
  throw wrong('protected', 'true or false');
}

function objectAt(value: Json | undefined, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || isList(value)) throw wrong(at, 'an object');
  return value;
}

const mapAt = (value: Json | undefined, at: string): JsonObject | null =>
  value === undefined || value === null ? null : objectAt(value, at);

function listAt(file: JsonObject, list: string): readonly Item[] {
  const items = file[list] ?? [];
  if (!isList(items)) throw wrong(list, 'a list');
  return items.map((item, index) => ({ item: objectAt(item, `${list}[${index}]`), at: `${list}[${index}]` }));
}

function textsAt(value: Json, at: string): string[] {
  if (!isList(value)) throw wrong(at, 'a list');
  return value.map((item, index) => textAt(item, `${at}[${index}]`));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function mustBeSound(value: Json, depthLeft: number): void {
  if (typeof value === 'string' && !isStorable(value)) {
    throw new MetadefInvalid('there is a NUL or 4 byte unicode character in the file');
  }
  if (typeof value !== 'object' || value === null) return;
  if (depthLeft === 0) throw new MetadefInvalid(`the file is nested deeper than ${MAX_DEPTH} levels`);
  for (const [name, member] of Object.entries(value)) {
    mustBeSound(name, depthLeft);
    mustBeSound(member, depthLeft - 1);
  }
}
