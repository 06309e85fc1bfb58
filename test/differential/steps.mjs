/**
 * One request of a scenario. In its path and its body `{name.field}` stands for a field of the JSON answer to the earlier
 * step that was kept as `name`; `{project}` and `{other-project}` stand for projects that nobody else uses.
 *
 * - `by`: who asks: `member` (default), `reader`, `admin`, `stranger` (member of the other project) or `nobody`
 * - `headers`, `json` (a document), `text` (as it is) or `bytes`; `chunked`: sent without its length
 * - `as`: keeps the answer under this name
 * - `until`: asks again until this holds for the answer's document; only the last answer is compared
 * - `isUnordered`: compares lists whatever the order of their items, for the other server has none
 * - `isSchema`: compares without descriptions, which every server words itself
 * - `shape`: compares which fields there are and of which types, not what they hold
 */
export const send = (method, path, options = {}) => ({ method, path, ...options });

const step = (method) => (path, options) => send(method, path, options);

export const get = step('GET');
export const head = step('HEAD');
export const post = step('POST');
export const put = step('PUT');
export const del = step('DELETE');
export const options = step('OPTIONS');

/** A change of an image, as JSON patch. */
export const patch = (path, json, rest = {}) => ({
  method: 'PATCH',
  path,
  json,
  ...rest,
  headers: { 'content-type': 'application/openstack-images-v2.1-json-patch', ...rest.headers },
});

/** Lets the clock go on to the next second: Glance orders what is of the same second by id. */
export const nextSecond = { pauseMs: 1100 };

const RAW = { disk_format: 'raw', container_format: 'bare' };

/** Creates an image of raw data. */
export const create = (as, fields = {}, rest = {}) => post('/v2/images', { json: { ...RAW, ...fields }, as, ...rest });

/** Sends the data of an image. */
export const upload = (as, text, rest = {}) =>
  put(`/v2/images/{${as}.id}/file`, {
    text,
    ...rest,
    headers: { 'content-type': 'application/octet-stream', ...rest.headers },
  });

export const UNKNOWN = '11111111-2222-4333-8444-555555555555';
