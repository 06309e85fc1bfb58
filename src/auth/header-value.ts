import type { IncomingHttpHeaders } from 'node:http';

/** The value of the first of these headers that is present and not empty. */
export function headerValue(headers: IncomingHttpHeaders, ...names: readonly string[]): string | null {
  for (const name of names) {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(',') : value;
    if (text !== undefined && text.trim() !== '') return text.trim();
  }
  return null;
}
