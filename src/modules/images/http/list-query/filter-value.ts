import { badRequest } from '../../../../http/http-problem.js';
import { parseIsoTime } from './iso-time.js';

/** More than ids fit into a request, and as many as every database takes in one query. */
const MAX_VALUES = 2000;

/**
 * The values that a filter like `name` or `status` asks for: `v`, `eq:v` or `in:v,w,"x,y"`.
 * A plain value that contains a colon is read as an operator, unless all of it is a time.
 * @throws HttpProblem 400 for another operator, unbalanced quotes or too many values
 */
export function filterValues(name: string, text: string): readonly string[] {
  const colon = text.indexOf(':');
  if (colon < 0 || parseIsoTime(text) !== null) return [text];
  const operator = text.slice(0, colon);
  const operand = text.slice(colon + 1);
  if (operator === 'eq') return [operand];
  if (operator === 'in') return distinct(name, splitList(name, operand));
  throw badRequest(`Unable to filter by unknown operator '${operator}' in '${name}'.`);
}

function distinct(name: string, values: readonly string[]): readonly string[] {
  const each = [...new Set(values)];
  if (each.length > MAX_VALUES)
    throw badRequest(`Filter '${name}' can have no more than ${String(MAX_VALUES)} different values.`);
  return each;
}

/** Elements of an `in:` list. Quotes enclose an element with commas; `\"` inside of them is kept as it stands. */
function splitList(name: string, text: string): readonly string[] {
  const elements: string[] = [];
  let rest = text;
  for (;;) {
    const match = /^"((?:[^"\\]|\\.)*)"(?=,|$)|^[^",]*(?=,|$)/.exec(rest);
    if (match === null) throw badRequest(`Invalid list in filter '${name}': quotes must enclose a whole element.`);
    elements.push(match[1] ?? match[0]);
    if (match[0].length === rest.length) return elements;
    rest = rest.slice(match[0].length + 1);
  }
}
