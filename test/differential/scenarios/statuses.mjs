import { create, del, get, patch, post, put, upload } from '../steps.mjs';

const BYTES = { 'content-type': 'application/octet-stream' };

/** How an image gets into each status in which a client can leave it. */
const INTO = {
  queued: () => [],
  uploading: (as) => [put(`/v2/images/{${as}.id}/stage`, { text: '0123456789', headers: BYTES })],
  active: (as) => [upload(as, '0123456789')],
  deactivated: (as) => [upload(as, '0123456789'), post(`/v2/images/{${as}.id}/actions/deactivate`, { by: 'admin' })],
};

const imported = (method, more = {}) => ({ json: { method: { name: method, ...more } } });
const changed = (path, op, where, value, by) => patch(path, [{ op, path: where, value }], { by });

/** What can be asked of an image, each of an image of its own. */
const ASKED = {
  show: (image) => get(image),
  showAsAdmin: (image) => get(image, { by: 'admin' }),
  download: (image) => get(`${image}/file`),
  downloadAsAdmin: (image) => get(`${image}/file`, { by: 'admin' }),
  rename: (image) => changed(image, 'replace', '/name', 'x'),
  reformat: (image) => changed(image, 'replace', '/disk_format', 'iso'),
  recontain: (image) => changed(image, 'replace', '/container_format', 'ova'),
  minimum: (image) => changed(image, 'replace', '/min_ram', 1),
  share: (image) => changed(image, 'replace', '/visibility', 'community'),
  publish: (image) => changed(image, 'replace', '/visibility', 'public', 'admin'),
  hide: (image) => changed(image, 'replace', '/os_hidden', true),
  locate: (image) => changed(image, 'add', '/locations/-', { url: '{source}/x', metadata: {} }),
  dislocate: (image) => changed(image, 'remove', '/locations/0', undefined, 'admin'),
  upload: (image) => put(`${image}/file`, { text: 'more', headers: BYTES }),
  stage: (image) => put(`${image}/stage`, { text: 'more', headers: BYTES }),
  importDirect: (image) => post(`${image}/import`, imported('glance-direct')),
  importWeb: (image) => post(`${image}/import`, imported('web-download')),
  importRemote: (image) => post(`${image}/import`, imported('glance-download')),
  importCopy: (image) => post(`${image}/import`, { json: { method: { name: 'copy-image' }, stores: ['fast'] } }),
  deactivate: (image) => post(`${image}/actions/deactivate`, { by: 'admin' }),
  reactivate: (image) => post(`${image}/actions/reactivate`, { by: 'admin' }),
  deactivateAsOwner: (image) => post(`${image}/actions/deactivate`),
  reactivateAsOwner: (image) => post(`${image}/actions/reactivate`),
  member: (image) => post(`${image}/members`, { json: { member: 'x' } }),
  tag: (image) => put(`${image}/tags/x`),
  tasks: (image) => get(`${image}/tasks`),
  cache: (image) => put(`/v2/cache/${image.slice('/v2/images/'.length)}`, { by: 'admin' }),
  leaveStore: (image) => del(`/v2/stores/fast/${image.slice('/v2/images/'.length)}`, { by: 'admin' }),
  delete: (image) => del(image),
};

const DIRECT = new Set(['queued importDirect', 'uploading importDirect']);

/** Every operation on an image in every status. */
export const statuses = {
  name: 'statuses',
  steps: Object.entries(INTO).flatMap(([status, into]) =>
    Object.entries(ASKED).flatMap(([what, ask]) => {
      const as = `${status}-${what}`;
      const image = `/v2/images/{${as}.id}`;
      const settled = { until: (document) => document.status !== 'importing' && document.status !== 'saving' };
      const after = DIRECT.has(`${status} ${what}`) ? { shape: true, ...settled } : settled;
      return [create(as), ...into(as), ask(image), get(image, after)];
    }),
  ),
};
