/** The value of an option as an operator would write it; an empty text for what is not set. */
export function textOfValue(value: unknown): string {
  if (value instanceof Map)
    return [...value].map(([name, text]) => `${textOfValue(name)}:${textOfValue(text)}`).join(',');
  if (Array.isArray(value)) return value.map(textOfValue).join(',');
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
