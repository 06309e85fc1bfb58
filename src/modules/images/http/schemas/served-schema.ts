import type { JsonObject } from '../../../../kernel/json.js';

/** A relation that clients resolve against a document: `{name}` stands for the document's property. */
const relation = (rel: string, property: string): JsonObject => ({ rel, href: `{${property}}` });

const text: JsonObject = { type: 'string' };

/** The schema of one image; custom properties that it does not name are texts. */
export const imageSchemaDocument = (properties: JsonObject, required: readonly string[]): JsonObject => ({
  name: 'image',
  properties,
  additionalProperties: text,
  links: [relation('self', 'self'), relation('enclosure', 'file'), relation('describedby', 'schema')],
  ...(required.length > 0 && { required }),
});

/** The schema of a list that is served in pages. */
export const pagedSchemaDocument = (name: string, item: JsonObject): JsonObject => ({
  name,
  properties: { [name]: { type: 'array', items: item }, first: text, next: text, schema: text },
  links: [relation('first', 'first'), relation('next', 'next'), relation('describedby', 'schema')],
});

/** The schema of a list that is served whole. */
export const listSchemaDocument = (name: string, item: JsonObject): JsonObject => ({
  name,
  properties: { [name]: { type: 'array', items: item }, schema: text },
  links: [relation('describedby', 'schema')],
});
