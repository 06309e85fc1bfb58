/** All values of all query parameters, in the order of their first appearance. `@Query()` gives a controller this. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>;

/** Of a parameter that is repeated the last value counts. */
export const lastValue = (params: QueryParameters, name: string): string | undefined => params.get(name)?.at(-1);

/** Stands for a query string that is no UTF-8; the edge answers it with 400. */
export const MALFORMED_QUERY: QueryParameters = new Map();

/** Reads a query string as HTML forms write it. Never throws: the router has no place to put an error. */
export function parseQuery(query: string): QueryParameters {
  const parameters = new Map<string, string[]>();
  if (query === '') return parameters;
  if (!isDecodable(query)) return MALFORMED_QUERY;
  for (const [name, value] of new URLSearchParams(query)) {
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

function isDecodable(query: string): boolean {
  if (!query.includes('%')) return true;
  try {
    decodeURIComponent(query);
    return true;
  } catch {
    return false;
  }
}
