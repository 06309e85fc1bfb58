import type { FastifyRequest } from 'fastify';
import type { Json, JsonObject } from '../../../kernel/json.js';
import { HttpProblem } from '../../../http/http-problem.js';

/** Parameters of the query string; of a repeated one the last. */
export function queryOf(request: FastifyRequest): ReadonlyMap<string, string> {
  const start = request.url.indexOf('?');
  return new Map(new URLSearchParams(start < 0 ? '' : request.url.slice(start + 1)));
}

/** The entries that have the values which the query asks for; parameters that name no field ask nothing. */
export function chosenBy(request: FastifyRequest, entries: readonly JsonObject[]): readonly JsonObject[] {
  const query = [...queryOf(request)];
  return entries.filter((entry) => query.every(([key, wanted]) => hasValue(entry[key], wanted)));
}

/** A list document of the entries that the query chooses. */
export function collection(
  name: string,
  entries: readonly JsonObject[],
  request: FastifyRequest,
  baseUrl: string,
): JsonObject {
  const links = { self: `${baseUrl}${request.url}`, previous: null, next: null };
  return { [name]: chosenBy(request, entries), links };
}

/** @throws HttpProblem 404 */
export function found<Entity>(entity: Entity | null | undefined, kind: string, id: string): Entity {
  if (entity === null || entity === undefined) throw new HttpProblem(404, `Could not find ${kind}: ${id}.`);
  return entity;
}

function hasValue(value: Json | undefined, wanted: string): boolean {
  if (value === undefined || typeof value === 'object') return true;
  if (typeof value === 'boolean') return value === !['false', '0', 'no'].includes(wanted.toLowerCase());
  return String(value) === wanted;
}
