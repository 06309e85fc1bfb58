import { UNKNOWN, get, send } from '../steps.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const IMAGE = `/v2/images/${UNKNOWN}`;
const NAMESPACE = '/v2/metadefs/namespaces/{project}';
const SCHEMAS = ['image', 'images', 'member', 'members', 'task', 'tasks'];
const METADEFS = ['namespace', 'namespaces', 'object', 'property', 'resource_type', 'tags'];

/** Every path, and the methods that it has: all others are tried. */
const HANDLED = {
  '/v2/images': 'GET POST',
  [IMAGE]: 'GET PATCH DELETE',
  [`${IMAGE}/tasks`]: 'GET',
  [`${IMAGE}/import`]: 'POST',
  [`${IMAGE}/stage`]: 'PUT',
  [`${IMAGE}/file`]: 'GET PUT',
  [`${IMAGE}/locations`]: 'GET POST',
  [`${IMAGE}/actions/deactivate`]: 'POST',
  [`${IMAGE}/actions/reactivate`]: 'POST',
  [`${IMAGE}/tags/a`]: 'PUT DELETE',
  [`${IMAGE}/members`]: 'GET POST',
  [`${IMAGE}/members/a`]: 'GET PUT DELETE',
  [`/v2/stores/fast/${UNKNOWN}`]: 'DELETE',
  '/v2/tasks': 'GET POST',
  [`/v2/tasks/${UNKNOWN}`]: 'GET DELETE',
  '/v2/info/import': 'GET',
  '/v2/info/stores': 'GET',
  '/v2/info/stores/detail': 'GET',
  '/v2/info/usage': 'GET',
  '/v2/cache': 'GET DELETE',
  [`/v2/cache/${UNKNOWN}`]: 'PUT DELETE',
  '/v2/cache/clean': 'POST DELETE PUT',
  '/v2/cache/prune': 'POST DELETE PUT',
  '/v2/metadefs/namespaces': 'GET POST',
  [NAMESPACE]: 'GET PUT DELETE',
  [`${NAMESPACE}/objects`]: 'GET POST DELETE',
  [`${NAMESPACE}/objects/a`]: 'GET PUT DELETE',
  [`${NAMESPACE}/properties`]: 'GET POST DELETE',
  [`${NAMESPACE}/properties/a`]: 'GET PUT DELETE',
  [`${NAMESPACE}/tags`]: 'GET POST DELETE',
  [`${NAMESPACE}/tags/a`]: 'GET POST PUT DELETE',
  [`${NAMESPACE}/resource_types`]: 'GET POST',
  [`${NAMESPACE}/resource_types/a`]: 'DELETE',
  '/v2/metadefs/resource_types': 'GET',
  ...Object.fromEntries(
    [...SCHEMAS, ...METADEFS.map((name) => `metadefs/${name}`)].map((name) => [`/v2/schemas/${name}`, 'GET']),
  ),
};

const others = Object.entries(HANDLED).flatMap(([path, handled]) =>
  METHODS.filter((method) => !handled.split(' ').includes(method)).map((method) => send(method, path, { by: 'admin' })),
);

/** Methods that paths do not have, and paths that there are not. */
export const methods = {
  name: 'methods',
  steps: [
    ...others,
    ...[`${IMAGE}/nothing`, '/v2/nothing', '/v2/metadefs', '/v2/schemas/metadefs', '/v2/stores', '/v2/info'].flatMap(
      (path) => [...METHODS, 'OPTIONS', 'PROPFIND'].map((method) => send(method, path, { by: 'admin' })),
    ),
    send('PROPFIND', '/v2/images'),
    send('OPTIONS', `${IMAGE}/file`),
    get('/v2/images//?limit=0'),
    get(`/v2/images/${UNKNOWN}/`),
    get(`//v2//images//${UNKNOWN}`),
    get(`/v2/images/${UNKNOWN}%2Ffile`),
    get('/v2/images/%FF'),
    get('/v2/Images'),
    get('/V2/images'),
  ],
};
