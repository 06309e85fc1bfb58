import { UNKNOWN, create, del, get, patch, post, put, send } from '../steps.mjs';

const V21 = 'application/openstack-images-v2.1-json-patch';
const NAMESPACE = '/v2/metadefs/namespaces/{project}';
const IMAGE = '/v2/images/{image.id}';

/** Requests with a JSON body; `mends` is one that would do. */
const TAKE_JSON = [
  ['POST', '/v2/images', {}],
  ['PATCH', IMAGE, { headers: { 'content-type': V21 } }],
  ['POST', `${IMAGE}/members`, {}],
  ['PUT', `${IMAGE}/members/{other-project}`, { by: 'admin' }],
  ['POST', `${IMAGE}/import`, {}],
  ['POST', '/v2/tasks', { by: 'admin' }],
  ['POST', '/v2/metadefs/namespaces', { by: 'admin' }],
  ['PUT', NAMESPACE, { by: 'admin' }],
  ['POST', `${NAMESPACE}/objects`, { by: 'admin' }],
  ['POST', `${NAMESPACE}/properties`, { by: 'admin' }],
  ['POST', `${NAMESPACE}/tags`, { by: 'admin' }],
  ['PUT', `${NAMESPACE}/tags/a`, { by: 'admin' }],
  ['POST', `${NAMESPACE}/resource_types`, { by: 'admin' }],
];

const ODD = ['', ' ', '{', '{"a":', '"text"', '1', 'null', 'true', '[]', '[1]', '{}', '{"name":"x",}', "{'name':'x'}"];
const odd = TAKE_JSON.flatMap(([method, path, options]) => ODD.map((text) => send(method, path, { ...options, text })));

/** Requests that take no body. */
const TAKE_NONE = [
  ['GET', IMAGE],
  ['DELETE', `/v2/images/${UNKNOWN}`],
  ['GET', `${IMAGE}/tasks`],
  ['GET', `${IMAGE}/file`],
  ['POST', `${IMAGE}/actions/deactivate`],
  ['POST', `${IMAGE}/actions/reactivate`],
  ['PUT', `${IMAGE}/tags/x`],
  ['DELETE', `${IMAGE}/tags/x`],
  ['GET', `${IMAGE}/members`],
  ['GET', `${IMAGE}/members/x`],
  ['DELETE', `${IMAGE}/members/x`],
  ['DELETE', `/v2/stores/fast/${UNKNOWN}`],
  ['GET', '/v2/images?limit=0'],
  ['GET', '/v2/tasks?limit=0'],
  ['GET', '/v2/info/import'],
  ['GET', '/v2/info/stores'],
  ['GET', '/v2/info/stores/detail'],
  ['GET', '/v2/info/usage'],
  ['PUT', `/v2/cache/${UNKNOWN}`],
  ['DELETE', `/v2/cache/${UNKNOWN}`],
  ['GET', '/v2/schemas/image'],
  ['GET', '/v2/schemas/members'],
  ['GET', '/v2/schemas/metadefs/object'],
  ['GET', '/v2/metadefs/resource_types'],
  ['GET', '/v2/metadefs/namespaces?resource_types={project}'],
  ['GET', NAMESPACE],
  ['GET', `${NAMESPACE}/objects`],
  ['GET', `${NAMESPACE}/objects/x`],
  ['DELETE', `${NAMESPACE}/objects/x`],
  ['GET', `${NAMESPACE}/properties`],
  ['GET', `${NAMESPACE}/properties/x`],
  ['DELETE', `${NAMESPACE}/properties/x`],
  ['GET', `${NAMESPACE}/tags`],
  ['GET', `${NAMESPACE}/tags/x`],
  ['POST', `${NAMESPACE}/tags/x`],
  ['DELETE', `${NAMESPACE}/tags/x`],
  ['GET', `${NAMESPACE}/resource_types`],
  ['DELETE', `${NAMESPACE}/resource_types/x`],
];

const created = (text, headers) => post('/v2/images', { text, headers });
const bytes = (hex) => Buffer.from(hex, 'hex');

/** Bodies and headers that clients should not send, and some that they may. */
export const bodies = {
  name: 'bodies',
  steps: [
    create('image'),
    post(`${IMAGE}/members`, { json: { member: '{other-project}' } }),
    post('/v2/metadefs/namespaces', {
      json: { namespace: '{project}', resource_type_associations: [{ name: '{project}' }], tags: [{ name: 'a' }] },
      by: 'admin',
    }),
    ...odd,
    ...TAKE_NONE.map(([method, path]) => send(method, path, { text: '{}', by: 'admin' })),
    created('{"name":"a","name":"b"}'),
    created('{"name":"x"} trailing'),
    created('{"min_ram":1e2}'),
    created('{"min_ram":1.0}'),
    created('{"min_ram":1.5}'),
    created('{"min_ram":NaN}'),
    created('{"min_ram":true}'),
    created('{"name":"\\u0000"}'),
    created('{"name":"\\ud800"}'),
    created('{"name":"\\u00e9\\u4e2d"}'),
    created('{"name":"é"}'),
    created('{"name":"😀"}'),
    created('{"":"x"}'),
    created('{"a/b":"x"," c ":"y"}'),
    created('{"__proto__":"x"}'),
    created('{"tags":["a",null]}'),
    created('{"tags":null}'),
    created('{"tags":[""]}'),
    created('{"visibility":null}'),
    created('{"protected":null}'),
    created('{"os_hidden":null}'),
    created('{"owner":null}'),
    created('{"owner":""}'),
    created('{"id":null}'),
    created(`${'['.repeat(200)}${']'.repeat(200)}`),
    post('/v2/images', { bytes: bytes('7b226e616d65223a22ff227d') }),
    post('/v2/images', { bytes: bytes('efbbbf7b7d') }),
    post('/v2/images', { text: '{"name":"chunked"}', chunked: true }),
    post('/v2/images', { text: '', chunked: true }),
    created('{}', { 'content-type': 'text/html' }),
    created('{}', { 'content-type': 'application/json; charset=latin1' }),
    patch(IMAGE, [{ op: 'replace', path: '/name', value: 'x' }], {
      headers: { 'content-type': `${V21}; charset=utf-8` },
    }),
    patch(IMAGE, [{ op: 'replace', path: '/name', value: 'x' }], { headers: { 'content-type': V21.toUpperCase() } }),
    patch(IMAGE, [{ op: 'replace', path: '/name', value: 'x' }], { headers: { 'content-type': 'text/plain' } }),
    send('PATCH', IMAGE, { text: '[]', headers: { 'content-type': '' } }),
    send('PATCH', IMAGE, {
      text: '[{"op":"add","path":"/a","value":"b"}]',
      chunked: true,
      headers: { 'content-type': V21 },
    }),
    ...['text/html', 'application/xml', 'application/json;q=0.1, text/html', '', 'nonsense', '*/*'].map((accept) =>
      get(`/v2/images/${UNKNOWN}`, { headers: { accept } }),
    ),
    ...['text/html', '*/*', 'application/xml'].map((accept) => get('/v2/images?limit=0', { headers: { accept } })),
    get('/v2/images?limit=0', { headers: { 'x-openstack-request-id': 'r'.repeat(64) } }),
    get('/v2/images?limit=0', { headers: { 'x-auth-token': 'u:p:' } }),
    get('/v2/images?limit=0', { headers: { 'x-identity-status': 'Confirmed' }, by: 'nobody' }),
    get(IMAGE, { headers: { 'if-none-match': '*', 'if-modified-since': 'Sat, 01 Jan 2050 00:00:00 GMT' } }),
    get('/v2/images?limit=%FF'),
    get('/v2/images?owner={project}&name=%FF'),
    get('/v2/images?limit=0&_method=PUT'),
    put(`${IMAGE}/file`, { text: 'x' }),
    put(`${IMAGE}/file`, { text: 'x', headers: { 'content-type': 'application/octet-stream; x=1' } }),
    del(NAMESPACE, { by: 'admin' }),
  ],
};
