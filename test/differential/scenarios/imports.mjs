import { UNKNOWN, create, del, get, post, put, upload } from '../steps.mjs';

const stage = (as, text, headers = {}) =>
  put(`/v2/images/{${as}.id}/stage`, { text, headers: { 'content-type': 'application/octet-stream', ...headers } });
const start = (as, json, rest) => post(`/v2/images/{${as}.id}/import`, { json, ...rest });
const direct = { method: { name: 'glance-direct' } };
const fromWeb = (uri) => ({ method: { name: 'web-download', uri } });
const settled = { until: (image) => image.status === 'active' && image.os_glance_import_task === undefined };
const tasksEnded = { until: ({ tasks }) => tasks?.every(({ status }) => ['success', 'failure'].includes(status)) };

export const imports = {
  name: 'import',
  steps: [
    get('/v2/info/import'),
    create('image'),
    start('image', direct),
    stage('image', '0123456789', { 'content-type': 'text/plain' }),
    stage('image', '0123456789'),
    get('/v2/images/{image.id}'),
    stage('image', 'again'),
    upload('image', 'x'),
    start('image', {}),
    start('image', { method: {} }),
    start('image', { method: { name: 'nothing' } }),
    start('image', { ...direct, stores: ['nothing'] }),
    start('image', { ...direct, stores: ['fast'], all_stores: true }),
    start('image', direct, { headers: { 'x-image-meta-store': 'nothing' } }),
    start('image', direct, { by: 'stranger' }),
    start('image', fromWeb('http://192.0.2.1/x')),
    start('image', direct),
    get('/v2/images/{image.id}', settled),
    get('/v2/images/{image.id}/tasks', { ...tasksEnded, as: 'tasks' }),
    get('/v2/images/{image.id}/tasks', { by: 'stranger' }),
    get(`/v2/images/${UNKNOWN}/tasks`),
    start('image', direct),
    start('image', { method: { name: 'copy-image' }, stores: ['fast'] }),
    start('image', { method: { name: 'copy-image' }, stores: ['nothing'] }),
    start('image', { method: { name: 'copy-image' }, stores: ['slow'] }),
    get('/v2/images/{image.id}', { until: ({ stores }) => stores === 'fast,slow' }),
    get('/v2/images/{image.id}/tasks', tasksEnded),
    del('/v2/stores/slow/{image.id}'),
    del('/v2/stores/slow/{image.id}', { by: 'admin' }),
    del('/v2/stores/slow/{image.id}', { by: 'admin' }),
    del('/v2/stores/fast/{image.id}', { by: 'admin' }),
    del('/v2/stores/nothing/{image.id}', { by: 'admin' }),
    get('/v2/images/{image.id}'),
    create('both'),
    stage('both', '0123456789'),
    start('both', { ...direct, stores: ['fast', 'slow'] }),
    get('/v2/images/{both.id}', settled),
    create('web'),
    start('web', { method: { name: 'web-download' } }),
    start('web', fromWeb('ftp://192.0.2.1/x')),
    start('web', fromWeb('http://192.0.2.1:22/x')),
    start('web', fromWeb('x')),
    start('web', { method: { name: 'copy-image' }, stores: ['slow'] }),
    start('web', { method: { name: 'glance-download' } }),
    start('web', { method: { name: 'glance-download', glance_region: 'nowhere', glance_image_id: 'x' } }),
    get('/v2/images/{web.id}'),
    create('formless', { disk_format: null, container_format: null }),
    start('formless', fromWeb('http://192.0.2.1/x')),
    post(`/v2/images/${UNKNOWN}/import`, { json: direct }),
    put(`/v2/images/${UNKNOWN}/stage`, { text: 'x', headers: { 'content-type': 'application/octet-stream' } }),
  ],
};
