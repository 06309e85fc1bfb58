import type { FastifyRequest } from 'fastify';
import { findApiRoute } from './api-routes.js';
import { badRequest, HttpProblem, methodNotAllowed } from './http-problem.js';
import { hasBody } from './request-body.js';

const ORDINARY_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH']);

/** Why no handler may see a request of the API: no such path or method, or a body where none belongs. */
export function routeRefusal(request: FastifyRequest): HttpProblem | null {
  if (request.is404) return notRouted(request.method, pathOf(request.url));
  if (!hasBody(request.raw)) return null;
  const refused = findApiRoute(pathOf(request.url))?.rejectsBody.includes(request.method) === true;
  return refused ? badRequest('This request must not have a body.') : null;
}

function notRouted(method: string, path: string): HttpProblem {
  const route = findApiRoute(path);
  if (route !== null && route.allow !== null && !route.methods.includes(method))
    return methodNotAllowed(method, route.allow);
  if (route === null && !ORDINARY_METHODS.has(method)) return notImplemented(method);
  return new HttpProblem(404, null);
}

const notImplemented = (method: string): HttpProblem =>
  new HttpProblem(501, `The request method ${method} is not implemented for this server. `);

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}
