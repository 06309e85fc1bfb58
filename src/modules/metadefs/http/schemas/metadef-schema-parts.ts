import type { JsonObject } from '../../../../kernel/json.js';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string', null] as const;

const string: JsonObject = { type: 'string' };
const readOnlyText: JsonObject = { type: 'string', readOnly: true };
const stringArray: JsonObject = { $ref: '#/definitions/stringArray' };

export const name = (description: string): JsonObject => ({ type: 'string', maxLength: 80, description });

export const time = (description: string): JsonObject => ({
  type: 'string',
  readOnly: true,
  format: 'date-time',
  description,
});

export const links: JsonObject = { schema: readOnlyText, self: readOnlyText };

/** What can be said of one property. */
export const propertyAttributes: JsonObject = {
  name: name('Key that the property has on a resource'),
  title: { type: 'string', description: 'What people call the property' },
  description: string,
  operators: { type: 'array', items: string },
  type: { type: 'string', enum: TYPES },
  required: stringArray,
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  maxLength: { $ref: '#/definitions/positiveInteger' },
  minLength: { $ref: '#/definitions/positiveIntegerDefault0' },
  pattern: { type: 'string', format: 'regex' },
  enum: { type: 'array' },
  readonly: { type: 'boolean' },
  confidential: { type: 'boolean' },
  default: {},
  items: { type: 'object', properties: { type: { type: 'string', enum: TYPES }, enum: { type: 'array' } } },
  maxItems: { $ref: '#/definitions/positiveInteger' },
  minItems: { $ref: '#/definitions/positiveIntegerDefault0' },
  uniqueItems: { type: 'boolean', default: false },
  additionalItems: { type: 'boolean' },
};

const uniqueTexts: JsonObject = { type: 'array', items: string, uniqueItems: true };

const basicDefinitions: JsonObject = {
  positiveInteger: { type: 'integer', minimum: 0 },
  positiveIntegerDefault0: { allOf: [{ $ref: '#/definitions/positiveInteger' }, { default: 0 }] },
  stringArray: uniqueTexts,
};

/** For schemas of a single property. */
export const propertyDefinitions: JsonObject = { ...basicDefinitions, stringArray: { ...uniqueTexts, minItems: 1 } };

/** For schemas that have whole sets of properties. */
export const definitions: JsonObject = {
  ...basicDefinitions,
  property: {
    type: 'object',
    additionalProperties: { type: 'object', required: ['title', 'type'], properties: propertyAttributes },
  },
};

/** Several things in a document: a list in pages, as all lists say, whether there is a second page or not. */
export const collectionSchema = (collection: string, items: JsonObject, shared: JsonObject | null): JsonObject => ({
  name: collection,
  properties: { [collection]: items, first: string, next: string, schema: string },
  links: [
    { rel: 'first', href: '{first}' },
    { rel: 'next', href: '{next}' },
    { rel: 'describedby', href: '{schema}' },
  ],
  ...(shared !== null && { definitions: shared }),
});
