import type { ErrorObject } from 'ajv';
import type { Json } from '../kernel/json.js';
import { literalText } from './literal-text.js';

/** Says what is wrong with which value, in the words that clients of this API know. */
export function describeMismatch(schema: string, error: ErrorObject): string {
  const reason = reasonOf(error, literalText(error.data as Json), parametersOf(error));
  return `Provided object does not match schema '${schema}': ${reason}${whereabouts(error.instancePath)}`;
}

/** ajv types the parameters of a broken rule by its keyword only. */
const parametersOf = (error: ErrorObject): Readonly<Record<string, Json>> => error.params as Record<string, Json>;

function reasonOf(error: ErrorObject, value: string, parameters: Readonly<Record<string, Json>>): string {
  switch (error.keyword) {
    case 'type':
      return `${value} is not of type ${typeNames(parameters['type'] ?? null)}`;
    case 'enum':
      return `${value} is not one of ${literalText(parameters['allowedValues'] ?? null)}`;
    case 'maxLength':
      return `${value} is too long`;
    case 'pattern':
      return `${value} does not match ${literalText(parameters['pattern'] ?? null)}`;
    case 'required':
      return `${literalText(parameters['missingProperty'] ?? null)} is a required property`;
    case 'additionalProperties':
      return `${literalText(parameters['additionalProperty'] ?? null)} was unexpected`;
    default:
      return `${value} ${error.message ?? 'is invalid'}`;
  }
}

function typeNames(type: Json): string {
  const names = Array.isArray(type) ? type : [type];
  return names.map((name: Json) => literalText(name)).join(', ');
}

/** The place of the value, when it is not the document itself: `On instance['tags'][1]`. */
function whereabouts(instancePath: string): string {
  if (instancePath === '') return '';
  const steps = instancePath
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return `\n\nOn instance${steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `[${literalText(step)}]`)).join('')}`;
}
