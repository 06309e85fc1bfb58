import type { EventContract } from '../events/contracts/event.js';
import type { EventContext } from './event-contexts.js';

type JsonSchema = Readonly<{
  type?: string;
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  items?: JsonSchema;
  properties?: Readonly<Record<string, JsonSchema>>;
  patternProperties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  description?: string;
}>;

const INTRODUCTION = `# Events

Generated from src/events/contracts by \`npm run docs:events\`; do not edit.

Everything that Hindsight knows was once one of these events. A released version of an event is frozen.
A field with a question mark may be absent.`;

/**
 * The catalogue of events as a page of Markdown.
 * @param meanings what fields mean whose schema does not say it itself
 * @throws Error when the meaning of a field is nowhere
 */
export const eventCataloguePage = (
  contexts: readonly EventContext[],
  meanings: Readonly<Record<string, string>>,
): string => `${[INTRODUCTION, ...contexts.flatMap((context) => contextSections(context, meanings))].join('\n\n')}\n`;

const contextSections = (
  { title, stream, events }: EventContext,
  meanings: Readonly<Record<string, string>>,
): string[] => [
  `## ${title}`,
  `Stream \`${stream}\`.`,
  ...Object.entries(events).flatMap(([type, contract]) => eventSections(type, contract, meanings)),
];

const eventSections = (
  type: string,
  { schemaVersion, data }: EventContract,
  meanings: Readonly<Record<string, string>>,
): string[] => {
  const schema: JsonSchema = data;
  const heading = `### ${type} (version ${schemaVersion})`;
  const description = schema.description ?? '';
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return [heading, description, 'No data.'];
  const rows = fields.map(([field, fieldSchema]) => {
    const name = schema.required?.includes(field) === true ? field : `${field}?`;
    return `| \`${name}\` | ${typeName(fieldSchema)} | ${meaningOf(type, field, fieldSchema, meanings)} |`;
  });
  return [heading, description, ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n')];
};

const meaningOf = (
  type: string,
  field: string,
  schema: JsonSchema,
  meanings: Readonly<Record<string, string>>,
): string => {
  const meaning = schema.description ?? meanings[field];
  if (meaning === undefined) throw new Error(`Nobody has written down what ${field} of ${type} means`);
  return meaning;
};

const typeName = (schema: JsonSchema): string => {
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.type === 'array') return `list of ${typeName(schema.items ?? {})}`;
  if (schema.patternProperties !== undefined) {
    return `map of ${Object.values(schema.patternProperties).map(typeName).join(' or ')}`;
  }
  if (schema.properties === undefined) return schema.type ?? 'any JSON';
  const members = Object.entries(schema.properties).map(([name, member]) => `${name}: ${typeName(member)}`);
  return `object (${members.join(', ')})`;
};
