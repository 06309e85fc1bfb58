import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** What an operator says about custom properties: a JSON schema for each, and which of them an image must have. */
export type CustomPropertySchemas = Readonly<{
  properties: Readonly<Record<string, JsonObject>>;
  required: readonly string[];
  /** The file; null: there is none. */
  file: string | null;
}>;

const NAME = 'schema-image.json';

/**
 * Reads schema-image.json from the first of the folders that has it: property names with their schemas, or an object with
 * `properties` and `required`.
 * @throws ConfigError
 */
export function readCustomPropertySchemas(folders: readonly string[]): CustomPropertySchemas {
  for (const folder of folders) {
    const file = join(folder, NAME);
    const text = textOf(file);
    if (text !== null) return { ...parseCustomPropertySchemas(text, file), file };
  }
  return { properties: {}, required: [], file: null };
}

/** @throws ConfigError naming the file, and the property if it is about one */
export function parseCustomPropertySchemas(text: string, file: string): Omit<CustomPropertySchemas, 'file'> {
  const document = parse(text, file);
  if (!isObject(document)) throw new ConfigError([`${file}: expected an object of property names and their schemas`]);
  const { properties, required } = wrapped(document) ?? { properties: document, required: [] };
  const problems = Object.entries(properties).flatMap(([name, schema]) => {
    const problem = problemOf(schema);
    return problem === null ? [] : [`${file}: property "${name}": ${problem}`];
  });
  if (!Array.isArray(required) || !required.every((name) => typeof name === 'string'))
    problems.push(`${file}: "required" must be a list of property names`);
  if (problems.length > 0) throw new ConfigError(problems);
  return { properties: properties as CustomPropertySchemas['properties'], required: required as readonly string[] };
}

/** The form with `required`; a property of the name `properties` would be a schema itself, with a type. */
function wrapped(document: JsonObject): Readonly<{ properties: JsonObject; required: unknown }> | null {
  const { properties, required = [], ...others } = document;
  const isWrapper =
    isObject(properties) && Object.keys(others).length === 0 && Object.values(properties).every(isObject);
  return isWrapper ? { properties, required } : null;
}

function problemOf(schema: unknown): string | null {
  if (!isObject(schema)) return 'its schema must be an object';
  const types: readonly unknown[] = Array.isArray(schema['type']) ? schema['type'] : [schema['type'] ?? 'string'];
  if (types.includes('string') && types.every((type) => type === 'string' || type === 'null')) return null;
  return 'its type must be "string" or ["null", "string"]: custom properties are texts';
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError([`${file}: ${cause instanceof Error ? cause.message : 'no JSON'}`], { cause });
  }
}

function textOf(file: string): string | null {
  if (!existsSync(file)) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([cause instanceof Error ? cause.message : `${file} cannot be read`], { cause });
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
