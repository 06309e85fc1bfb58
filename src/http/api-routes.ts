/**
 * What is known of a path of the API, beside the handlers of its methods.
 * `allow` is the `Allow` header for other methods; null: those find nothing (404). `rejectsBody` names the methods that
 * refuse a request body.
 */
type ApiRoute = Readonly<{
  methods: readonly string[];
  allow: string | null;
  rejectsBody: readonly string[];
}>;

const route = (methods: string, rejectsBody = '', allow: string | null = methods): ApiRoute => ({
  methods: list(methods),
  allow,
  rejectsBody: list(rejectsBody),
});

const list = (methods: string): readonly string[] => (methods === '' ? [] : methods.split(', '));

/** What the schemas of metadata definitions are called. */
const METADEF_SCHEMAS = [
  ...['namespace', 'namespaces', 'object', 'objects', 'property', 'properties', 'tag', 'tags'],
  ...['resource_type', 'resource_types'],
];

/** A segment in braces matches anything; of two patterns that match, the first one counts. */
const ROUTES: Readonly<Record<string, ApiRoute>> = {
  '/v2/images': route('GET, POST'),
  '/v2/images/{id}': route('GET, PATCH, DELETE', 'GET, DELETE'),
  '/v2/images/{id}/tasks': route('GET', 'GET', null),
  '/v2/images/{id}/events': route('GET', 'GET'),
  '/v2/images/{id}/import': route('POST'),
  '/v2/images/{id}/stage': route('PUT'),
  '/v2/images/{id}/file': route('GET, PUT', 'GET'),
  '/v2/images/{id}/locations': route('GET, POST', '', 'POST'),
  '/v2/images/{id}/actions/deactivate': route('POST', 'POST'),
  '/v2/images/{id}/actions/reactivate': route('POST', 'POST'),
  '/v2/images/{id}/actions/restore': route('POST', 'POST'),
  '/v2/images/{id}/actions/revert': route('POST'),
  '/v2/images/{id}/tags/{tag}': route('PUT, DELETE', 'PUT, DELETE'),
  '/v2/images/{id}/members': route('GET, POST', 'GET'),
  '/v2/images/{id}/members/{member}': route('GET, PUT, DELETE', 'GET, DELETE'),
  '/v2/stores/{store}/{id}': route('DELETE', 'DELETE'),
  '/v2/events': route('GET', 'GET'),
  '/v2/tasks': route('GET, POST'),
  '/v2/tasks/{task}': route('GET, DELETE'),
  '/v2/tasks/{task}/progress': route('GET', 'GET'),
  '/v2/tasks/{task}/events': route('GET', 'GET'),
  '/v2/info/import': route('GET', 'GET'),
  '/v2/info/stores': route('GET', 'GET'),
  '/v2/info/stores/detail': route('GET', 'GET'),
  '/v2/info/usage': route('GET', '', null),
  '/v2/cache': route('GET, DELETE', 'GET'),
  '/v2/cache/clean': route('POST'),
  '/v2/cache/prune': route('POST'),
  '/v2/cache/nodes/{id}': route('GET', 'GET'),
  '/v2/cache/{id}': route('PUT, DELETE', '', 'DELETE, PUT'),
  '/v2/schemas/image': route('GET', 'GET'),
  '/v2/schemas/images': route('GET', 'GET'),
  '/v2/schemas/member': route('GET', 'GET'),
  '/v2/schemas/members': route('GET', 'GET'),
  '/v2/schemas/task': route('GET', 'GET'),
  '/v2/schemas/tasks': route('GET', 'GET'),
  '/v2/metadefs/namespaces': route('GET, POST'),
  '/v2/metadefs/namespaces/{namespace}': route('GET, PUT, DELETE', 'GET, DELETE'),
  '/v2/metadefs/namespaces/{namespace}/objects': route('GET, POST, DELETE'),
  '/v2/metadefs/namespaces/{namespace}/objects/{object}': route('GET, PUT, DELETE', 'GET, DELETE'),
  '/v2/metadefs/namespaces/{namespace}/properties': route('GET, POST, DELETE', 'GET'),
  '/v2/metadefs/namespaces/{namespace}/properties/{property}': route('GET, PUT, DELETE'),
  '/v2/metadefs/namespaces/{namespace}/tags': route('GET, POST, DELETE'),
  '/v2/metadefs/namespaces/{namespace}/tags/{tag}': route('GET, POST, PUT, DELETE', 'GET, POST, DELETE'),
  '/v2/metadefs/namespaces/{namespace}/resource_types': route('GET, POST', 'GET'),
  '/v2/metadefs/namespaces/{namespace}/resource_types/{type}': route('DELETE', 'DELETE'),
  '/v2/metadefs/resource_types': route('GET', 'GET'),
  ...Object.fromEntries(METADEF_SCHEMAS.map((schema) => [`/v2/schemas/metadefs/${schema}`, route('GET', 'GET')])),
};

/** All paths of the API, with variable segments in braces. */
export const API_PATHS: readonly string[] = Object.keys(ROUTES);

const PATTERNS = Object.entries(ROUTES).map(([pattern, known]) => ({ segments: pattern.split('/'), known }));

/** Looks up a path, without its query string. */
export function findApiRoute(path: string): ApiRoute | null {
  const segments = path.split('/');
  return PATTERNS.find((pattern) => matches(pattern.segments, segments))?.known ?? null;
}

const matches = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
