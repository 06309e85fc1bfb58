import type {
  MetadefAssociation,
  MetadefObject,
  MetadefProperty,
  NamespaceContent,
  NamespaceHeader,
} from '../../../events/contracts/metadef-content.js';
import { badRequest } from '../../../http/http-problem.js';
import { literalText } from '../../../http/literal-text.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import { propertyAttributes } from './schemas/metadef-schema-parts.js';

/** @param owner of a namespace whose body names none; null: the caller has no project */
export function parseHeader(body: JsonObject, owner: string | null): NamespaceHeader {
  const ownedBy = textOf(body['owner']) ?? owner;
  if (ownedBy === null) throw badRequest("Attribute 'owner' is needed: your token is for no project.");
  return {
    name: textOf(body['namespace']) ?? '',
    displayName: textOf(body['display_name']),
    description: textOf(body['description']),
    visibility: body['visibility'] === 'public' ? 'public' : 'private',
    protected: body['protected'] === true,
    owner: ownedBy,
  };
}

/** @throws HttpProblem 400 for what the schema lets pass, but nobody could make anything of */
export function parseContent(body: JsonObject): NamespaceContent {
  return {
    associations: itemsOf(body, 'resource_type_associations', ASSOCIATION).map(parseAssociation),
    objects: itemsOf(body, 'objects', OBJECT).map(parseObject),
    properties: Object.entries(objectOf(body['properties'])).map(([name, definition]) => ({
      name,
      definition: checkedDefinition(name, definition),
    })),
    tags: itemsOf(body, 'tags', TAG).map(parseName),
  };
}

export const parseAssociation = (body: JsonObject): MetadefAssociation => ({
  resourceType: parseName(body),
  prefix: textOf(body['prefix']),
  propertiesTarget: textOf(body['properties_target']),
});

/** @throws HttpProblem 400 */
export function parseObject(body: JsonObject): MetadefObject {
  const { required, properties } = body;
  if (properties !== undefined) {
    for (const [name, definition] of Object.entries(objectOf(properties))) checkedDefinition(name, definition);
  }
  return {
    name: parseName(body),
    description: textOf(body['description']),
    required: required === undefined ? null : listOf(required).map(String),
    properties: properties === undefined ? null : objectOf(properties),
  };
}

export const parseProperty = (body: JsonObject): MetadefProperty => ({
  name: parseName(body),
  definition: body,
});

/** The name in the body of a tag, or of anything else that the schema has checked. */
export const parseName = (body: JsonObject): string => textOf(body['name']) ?? '';

export const parseTags = (body: JsonObject): readonly string[] =>
  listOf(body['tags']).map((tag) => parseName(objectOf(tag)));

const ASSOCIATION = ['name', 'prefix', 'properties_target', 'created_at', 'updated_at'];
const OBJECT = ['name', 'description', 'required', 'properties', 'self', 'schema', 'created_at', 'updated_at'];
const TAG = ['name', 'created_at', 'updated_at'];

/** Items of a list in a namespace: each with a name, and with nothing that would be forgotten in silence. */
function itemsOf(body: JsonObject, list: string, attributes: readonly string[]): readonly JsonObject[] {
  return listOf(body[list]).map((item, index) => {
    const of = objectOf(item);
    if (!Object.hasOwn(of, 'name'))
      throw badRequest(`'name' is a required property\n\nOn instance['${list}'][${index}]`);
    const stranger = Object.keys(of).find((name) => !attributes.includes(name));
    if (stranger !== undefined) {
      throw badRequest(`${literalText(stranger)} was unexpected\n\nOn instance['${list}'][${index}]`);
    }
    return of;
  });
}

function checkedDefinition(name: string, definition: Json): JsonObject {
  const attributes = objectOf(definition);
  const stranger = Object.keys(attributes).find((attribute) => !Object.hasOwn(propertyAttributes, attribute));
  const where = `\n\nOn instance['properties'][${literalText(name)}]`;
  if (stranger !== undefined) throw badRequest(`${literalText(stranger)} was unexpected${where}`);
  const { required } = attributes;
  if (isList(required) && required.length === 0) throw badRequest(`[] is too short${where}['required']`);
  return attributes;
}

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

const listOf = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !isList(value) ? value : {};

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
