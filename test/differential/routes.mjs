import { API_PATHS, findApiRoute } from '../../dist/http/api-routes.js';

/** What the other server has in no version. */
const OURS = new Set([
  '/v2/images/{id}/actions/restore',
  '/v2/images/{id}/actions/revert',
  '/v2/images/{id}/events',
  '/v2/tasks/{task}/events',
  '/v2/events',
  '/v2/tasks/{task}/progress',
]);

const ROUTES = API_PATHS.filter((path) => !OURS.has(path)).flatMap((path) =>
  findApiRoute(path).methods.map((method) => ({ method, path, segments: path.split('/') })),
);

/**
 * Which routes of the API the steps of scenarios ask for.
 * @returns how many there are, and the names of those that nobody asks for
 */
export function coverage(scenarios) {
  const asked = new Set(scenarios.flatMap(({ steps }) => steps.map(routeOf)));
  const missing = ROUTES.filter((route) => !asked.has(route)).map(({ method, path }) => `${method} ${path}`);
  return { total: ROUTES.length, missing };
}

/** Of two routes that fit, the first one counts. */
function routeOf({ method, path = '' }) {
  const segments = path.split('?', 1)[0].split('/');
  return ROUTES.find((route) => route.method === method && fits(route.segments, segments));
}

const fits = (pattern, segments) =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
