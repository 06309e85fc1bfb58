import { isStorable } from '../../../../kernel/storable-text.js';
import type { TaskInput } from '../task.commands.js';
import { DESCRIPTIVE_KEYS, SERVICE_KEYS } from './image-keys.js';
import { TaskInputInvalid } from '../task.errors.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Longest name, as everywhere in this API. */
const MAX_TEXT_LENGTH = 255;

const invalid = (message: string, field: string): TaskInputInvalid => new TaskInputInvalid(message, { field });

const isObject = (value: unknown): value is TaskInput =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws TaskInputInvalid when there is a field that nobody would look at */
export function mustHaveOnly(input: TaskInput, fields: readonly string[], where = 'Input'): void {
  const unknown = Object.keys(input).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw invalid(`${where} has an unknown field '${unknown}'`, unknown);
}

/** @throws TaskInputInvalid when the field is absent or no text */
export function requiredText(input: TaskInput, field: string): string {
  const text = optionalText(input, field);
  if (text === null) throw invalid(`Input does not contain '${field}' field`, field);
  return text;
}

/** Null and absent are the same. @throws TaskInputInvalid when the field is no text */
export function optionalText(input: TaskInput, field: string): string | null {
  const value = input[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || value === '') throw invalid(`'${field}' must be a text that is not empty`, field);
  return value;
}

/** @throws TaskInputInvalid when the field is absent or no UUID */
export function requiredId(input: TaskInput, field: string): string {
  const id = requiredText(input, field);
  if (!UUID.test(id)) throw invalid(`'${field}' must be a UUID`, field);
  return id;
}

/** @throws TaskInputInvalid when the field is none of the choices */
export function optionalChoice<Choice extends string>(
  input: TaskInput,
  field: string,
  choices: readonly Choice[],
): Choice | null {
  const text = optionalText(input, field);
  const choice = choices.find((known) => known === text);
  if (text !== null && choice === undefined) throw invalid(`'${field}' must be one of: ${choices.join(', ')}`, field);
  return choice ?? null;
}

/** @throws TaskInputInvalid when the field is absent or no object */
export function requiredObject(input: TaskInput, field: string): TaskInput {
  const value = input[field];
  if (value === undefined) throw invalid(`Input does not contain '${field}' field`, field);
  if (!isObject(value)) throw invalid(`'${field}' must be an object`, field);
  return value;
}

/** A name, or null for none. @throws TaskInputInvalid when it is too long or no text */
export function name(value: unknown, field: string): string | null {
  if (value === null) return null;
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH)
    throw invalid(`'${field}' must be a text of no more than ${String(MAX_TEXT_LENGTH)} characters`, field);
  mustBeStorable(value, field);
  return value;
}

/** Custom properties of an image. @throws TaskInputInvalid for names that are the service's own, and values that are no texts */
export function customProperties(value: unknown, field: string): Readonly<Record<string, string>> {
  if (!isObject(value)) throw invalid(`'${field}' must be an object`, field);
  return Object.fromEntries(
    Object.entries(value).map(([property, text]) => {
      if (property.startsWith('os_glance') || SERVICE_KEYS.has(property) || DESCRIPTIVE_KEYS.has(property))
        throw invalid(`Attribute '${property}' is reserved.`, property);
      if (property === '' || property.length > MAX_TEXT_LENGTH)
        throw invalid(`Property names must have from 1 to ${String(MAX_TEXT_LENGTH)} characters`, field);
      if (typeof text !== 'string') throw invalid(`The property '${property}' must be a text`, property);
      mustBeStorable(`${property}${text}`, field);
      return [property, text];
    }),
  );
}

/** @throws TaskInputInvalid for characters that databases behind an image service cannot keep */
export function mustBeStorable(text: string, field: string): void {
  if (!isStorable(text))
    throw invalid(`Characters outside of the Basic Multilingual Plane are not allowed in '${field}'`, field);
}
