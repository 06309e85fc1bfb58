import type { Json } from '../kernel/json.js';

const MAX_LENGTH = 256;

/** Writes a value the way people read it in this API's messages (None, True, single quotes), cut when it is long. */
export function literalText(value: Json): string {
  const text = literal(value, MAX_LENGTH);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
}

/** @param room how many characters of the text matter; what is longer need not be complete */
function literal(value: Json, room: number): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return quoted(value.slice(0, room + 1));
  if (isList(value))
    return `[${value
      .slice(0, room)
      .map((item) => literal(item, room))
      .join(', ')}]`;
  const members = Object.entries(value).slice(0, room);
  return `{${members.map(([name, member]) => `${quoted(name)}: ${literal(member, room)}`).join(', ')}}`;
}

const isList = (value: readonly Json[] | { readonly [key: string]: Json }): value is readonly Json[] =>
  Array.isArray(value);

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
