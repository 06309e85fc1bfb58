import type { JsonObject } from '../../../../kernel/json.js';
import {
  collectionSchema,
  definitions,
  links,
  name,
  propertyAttributes,
  propertyDefinitions,
  time,
} from './metadef-schema-parts.js';

const text: JsonObject = { type: 'string' };
const properties: JsonObject = { $ref: '#/definitions/property' };
const stringArray: JsonObject = { $ref: '#/definitions/stringArray' };
const arrayOf = (attributes: JsonObject): JsonObject => ({
  type: 'array',
  items: { type: 'object', properties: attributes },
});

const namespaceBody = {
  name: 'namespace',
  properties: {
    namespace: name('Unique name of the namespace'),
    display_name: name('What people call the namespace'),
    description: { type: 'string', maxLength: 500, description: 'What the namespace is for' },
    visibility: { type: 'string', enum: ['public', 'private'], description: 'Who may see the namespace' },
    protected: { type: 'boolean', description: 'Whether the namespace is kept from being deleted' },
    owner: { type: 'string', maxLength: 255, description: 'Project that the namespace belongs to' },
    created_at: time('When the namespace was created'),
    updated_at: time('When the namespace was changed last'),
    ...links,
    resource_type_associations: arrayOf({ name: text, prefix: text, properties_target: text }),
    properties,
    objects: arrayOf({ name: text, description: text, required: stringArray, properties }),
    tags: arrayOf({ name: text }),
  },
  additionalProperties: false,
  required: ['namespace'],
} satisfies JsonObject;

const associationBody = {
  name: 'resource_type_association',
  properties: {
    name: name('Type of resource, if possible under the name that orchestration templates use'),
    prefix: name('What the names of properties begin with on resources of this type, separator included'),
    properties_target: name('Which of several sets of properties is meant, on resources that have more than one'),
    created_at: time('When the type was associated'),
    updated_at: time('When the association was changed last'),
  },
  additionalProperties: false,
  required: ['name'],
} satisfies JsonObject;

const propertyBody = {
  name: 'property',
  properties: propertyAttributes,
  additionalProperties: false,
} satisfies JsonObject;

const objectBody = {
  name: 'object',
  properties: {
    name: name('Name of the object, unique in its namespace'),
    description: text,
    required: stringArray,
    properties,
    ...links,
    created_at: time('When the object was created'),
    updated_at: time('When the object was changed last'),
  },
  additionalProperties: false,
  required: ['name'],
} satisfies JsonObject;

const tagBody = {
  name: 'tag',
  properties: {
    name: name('The tag, unique in its namespace'),
    created_at: time('When the tag was created'),
    updated_at: time('When the tag was changed last'),
  },
  additionalProperties: false,
  required: ['name'],
} satisfies JsonObject;

const listOf = (items: JsonObject): JsonObject => ({ type: 'array', items });

/** The schema documents of metadata definitions, by the last part of their path. */
export const METADEF_SCHEMAS = {
  namespace: { ...namespaceBody, definitions },
  namespaces: collectionSchema('namespaces', listOf(namespaceBody), definitions),
  resource_type: associationBody,
  resource_types: collectionSchema('resource_type_associations', listOf(associationBody), null),
  property: { ...propertyBody, definitions: propertyDefinitions, required: ['type', 'title', 'name'] },
  properties: collectionSchema(
    'properties',
    { type: 'object', additionalProperties: { ...propertyBody, required: ['type', 'title'] } },
    propertyDefinitions,
  ),
  object: { ...objectBody, definitions },
  objects: collectionSchema('objects', listOf(objectBody), definitions),
  tag: tagBody,
  tags: collectionSchema('tags', listOf(tagBody), null),
} as const satisfies Readonly<Record<string, JsonObject>>;
