import fc from 'fast-check';
import { API_PATHS } from '../../../src/http/api-routes.js';
import type { HttpHeaders, HttpRequest } from '../http-client.js';
import { JSON_PATCH_V20, JSON_PATCH_V21 } from '../image-session.js';
import { hostileBody, hostileText } from './hostile-json.arbitrary.js';

/** How a refusal is told, by the `Accept` header; `undefined` sends none. */
export const REFUSALS: ReadonlyMap<string | undefined, string> = new Map([
  [undefined, 'text/plain; charset=UTF-8'],
  ['', 'text/plain; charset=UTF-8'],
  ['text/plain', 'text/plain; charset=UTF-8'],
  ['image/png', 'text/plain; charset=UTF-8'],
  ['nonsense;;;q=x,,', 'text/plain; charset=UTF-8'],
  ['*/*', 'text/html; charset=UTF-8'],
  ['text/*', 'text/html; charset=UTF-8'],
  ['application/json, */*', 'text/html; charset=UTF-8'],
  ['application/json', 'application/json'],
  ['text/html;q=0.1, application/json', 'application/json'],
  ['application/*', 'application/json'],
]);

/** A request whose `{image}` is to be replaced by the id of an image that is there. */
export type HostileRequest = HttpRequest & Readonly<{ accept: string | undefined; asAdmin: boolean }>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

// A path is sent as it is; the client refuses to send what no path may hold, so that stands behind a percent sign.
const escaped = (text: string): string => encodeURIComponent(text.toWellFormed());

const segment = fc.oneof(
  { weight: 4, arbitrary: fc.constant('{image}') },
  { weight: 1, arbitrary: fc.constantFrom('fast', 'slow', 'import', 'raw', '%', '%ff', '%00', '%2f', '..', '.', ';') },
  { weight: 1, arbitrary: hostileText.map(escaped) },
);

const path = fc.constantFrom(...API_PATHS).chain((pattern) => {
  const parts = pattern.split(/\{[^}]*\}/);
  return fc
    .array(segment, { minLength: parts.length - 1, maxLength: parts.length - 1 })
    .map((segments) => parts.map((part, index) => part + (segments[index] ?? '')).join(''));
});

const PARAMETERS = [
  ...[
    'limit',
    'marker',
    'sort',
    'sort_key',
    'sort_dir',
    'name',
    'status',
    'visibility',
    'member_status',
    'owner',
    'tag',
  ],
  ...['at', 'since', 'until', 'actor', 'project'],
  ...['size_min', 'size_max', 'created_at', 'updated_at', 'id', 'checksum', 'os_hash_value', 'os_hidden', 'protected'],
  ...['disk_format', 'min_ram', 'deleted', 'changes-since', 'prefer', 'type', 'resource_types', '__proto__', 'any[]'],
];

const VALUES = [
  ...[
    '1',
    '0',
    '-1',
    '1.5',
    '1e3',
    '99999999999999999999',
    'asc',
    'desc',
    'name:asc',
    'name:asc,size',
    'x:y:z',
    ',',
    ':',
  ],
  ...['in:raw,qcow2', 'in:"', 'in:"a"b', 'gt:2024-01-01T00:00:00Z', 'lt:-1', 'neq:', 'gte:x', 'true', 'all', '{image}'],
  ...['%00', '%FF', '%', '%zz', '+', '%F0%9F%92%BF', '%ED%A0%80', `in:${'a,'.repeat(3000)}a`, 'v'.repeat(20_000)],
];

const parameter = fc
  .tuple(
    fc.oneof(fc.constantFrom(...PARAMETERS), hostileText.map(escaped)),
    fc.oneof(fc.constantFrom(...VALUES), hostileText.map(escaped)),
  )
  .map(([name, value]) => `${name}=${value}`);

const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  { weight: 5, arbitrary: fc.array(parameter, { minLength: 1, maxLength: 5 }).map((all) => `?${all.join('&')}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('?', '?&&&', '?=', '?a', `?${'tag=a&'.repeat(3000)}`, `?${'x=1&'.repeat(5000)}`),
  },
);

const HEADER_VALUES = [
  ...['', '0', '-1', '1', '10', '9'.repeat(30), 'bytes=0-3', 'bytes=5-', 'bytes=-4', 'bytes=9-1', 'bytes=0-0,2-3'],
  ...['bytes 0-3/10', 'bytes */10', 'req-x', 'fast', 'slow,fast', 'nope', 'both', 'queue', '%00', '\xff\xfe', 'a\tb'],
  ...['identity', 'gzip', 'all', '"etag"', '*', 'v'.repeat(9000), '{"a":1}', 'Thu, 01 Jan 1970 00:00:00 GMT'],
];

const HEADER_NAMES = [
  ...['Range', 'Content-Range', 'If-Range', 'If-Match', 'If-None-Match', 'If-Modified-Since', 'Accept-Encoding'],
  ...['X-Image-Meta-Store', 'X-Openstack-Image-Size', 'X-Openstack-Request-Id', 'X-Image-Cache-Clear-Target'],
  ...['OpenStack-System-Scope', 'X-Service-Roles', 'X-Service-Catalog', 'X-Forwarded-Proto', 'Origin', 'Forwarded'],
  ...['Access-Control-Request-Method', 'X-Http-Method-Override', 'Content-Encoding', 'Accept-Language'],
];

const headers: fc.Arbitrary<HttpHeaders> = fc.dictionary(
  fc.constantFrom(...HEADER_NAMES),
  fc.constantFrom(...HEADER_VALUES),
  { maxKeys: 3, noNullPrototype: true },
);

const contentType = fc.constantFrom(
  ...['application/json', JSON_PATCH_V21, JSON_PATCH_V20, 'application/octet-stream', 'text/plain', '', ';;;'],
  ...['application/json; charset=utf-7', 'multipart/form-data', `a/${'b'.repeat(5000)}`],
);

/** A request to some path of the API that a careless server would stumble over. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    path,
    query,
    headers,
    contentType,
    body: fc.option(hostileBody, { nil: undefined, freq: 2 }),
    chunked: fc.boolean(),
    accept: fc.constantFrom(...REFUSALS.keys()),
    asAdmin: fc.boolean(),
  })
  .map(({ path: target, query: search, contentType: type, headers: extra, body, ...rest }) => ({
    ...rest,
    path: target + search,
    headers: { ...extra, ...(body !== undefined && { 'Content-Type': type }) },
    ...(body !== undefined && { body }),
  }));
