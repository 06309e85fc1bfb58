import { badRequest } from '../../../../http/http-problem.js';
import { wholeNumber } from '../../../../http/number-parameters.js';
import type { ImageFilter, TimeOperator } from '../../../../projections/images/image-details.read-model.js';
import { filterValues } from './filter-value.js';
import { parseIsoTime } from './iso-time.js';

const LISTABLE = new Set(['name', 'id', 'status', 'container_format', 'disk_format'] as const);
const EXACT = new Set(['owner', 'checksum', 'os_hash_algo', 'os_hash_value'] as const);
const NUMERIC = new Set(['size', 'virtual_size', 'min_ram', 'min_disk'] as const);
const TIMES = new Set(['created_at', 'updated_at'] as const);
const TIME_OPERATORS = new Set(['eq', 'neq', 'gt', 'gte', 'lt', 'lte'] as const);

const isIn = <T extends string>(set: ReadonlySet<T>, name: string): name is T => (set as ReadonlySet<string>).has(name);

/**
 * The condition that one query parameter stands for; a name that is no base property is a custom property.
 * @throws HttpProblem 400 for a value that the name does not allow
 */
export function parseFilter(name: string, text: string): ImageFilter {
  if (isIn(LISTABLE, name)) return { kind: 'equals', column: name, values: filterValues(name, text) };
  if (isIn(EXACT, name)) return { kind: 'equals', column: name, values: [text] };
  if (isIn(TIMES, name)) return { kind: 'time', column: name, ...timeCondition(name, text) };
  if (name === 'tag') return { kind: 'tag', tag: text.trim() };
  if (name === 'protected') return { kind: 'protected', value: strictBoolean(name, text) };
  if (name === 'changes-since')
    throw badRequest("The parameter 'changes-since' is not supported; filter by updated_at.");
  return numericFilter(name, text) ?? { kind: 'property', name, value: text };
}

function numericFilter(name: string, text: string): ImageFilter | null {
  if (isIn(NUMERIC, name)) {
    const number = wholeNumber(name, text);
    return { kind: 'range', column: name, min: number, max: number };
  }
  const match = /^(.*)_(min|max)$/.exec(name);
  const column = match?.[1] ?? '';
  if (!isIn(NUMERIC, column)) return null;
  const number = wholeNumber(name, text);
  return match?.[2] === 'min' ? { kind: 'range', column, min: number } : { kind: 'range', column, max: number };
}

function strictBoolean(name: string, text: string): boolean {
  if (text !== 'true' && text !== 'false')
    throw badRequest(`Invalid value '${text}' for '${name}'. Valid values are 'true' or 'false'.`);
  return text === 'true';
}

function timeCondition(name: string, text: string): { operator: TimeOperator; at: Date } {
  const prefixed = /^([a-z]+):(.*)$/s.exec(text);
  const operator = prefixed?.[1] ?? 'eq';
  const at = parseIsoTime(prefixed?.[2] ?? text);
  if (!isIn(TIME_OPERATORS, operator)) throw badRequest(`Invalid operator '${operator}' in filter '${name}'.`);
  if (at === null) throw badRequest(`Invalid time format in filter '${name}': '${text}'.`);
  return { operator, at };
}
