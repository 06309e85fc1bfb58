import { badRequest } from '../../../http/http-problem.js';

/**
 * Reads `?prefer=store1,store2`: stores that data is read from before all others, if it is there. Blank names are none.
 * @param known ids of the configured stores; null where clients hear of no stores
 * @throws HttpProblem 400
 */
export function parsePreferredStores(value: string | undefined, known: ReadonlySet<string> | null): readonly string[] {
  const names = (value ?? '').split(',').map((name) => name.trim());
  const preferred = names.filter((name) => name !== '');
  if (preferred.length === 0) return [];
  if (known === null) throw badRequest("'prefer' needs several stores, which this site does not have.");
  const unknown = preferred.find((name) => !known.has(name));
  if (unknown !== undefined) throw badRequest(`Store '${unknown}' is not configured.`);
  return preferred;
}
