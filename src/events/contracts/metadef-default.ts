/** What a property is unless somebody says so: text, whatever its author wrote. */
export function defaultText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
}
