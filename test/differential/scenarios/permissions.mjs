import { create, del, get, patch, post, put, upload } from '../steps.mjs';

const NAMESPACE = '/v2/metadefs/namespaces/{project}';

/** Every request on an image that can be refused for who asks. None of them ends what the next one needs. */
const onImage = (as, by) => {
  const image = `/v2/images/{${as}.id}`;
  return [
    get(image, { by }),
    get(`${image}/file`, { by }),
    get(`${image}/tasks`, { by }),
    get(`${image}/members`, { by }),
    post(`${image}/members`, { json: { member: 'x' }, by }),
    get(`${image}/members/{other-project}`, { by }),
    put(`${image}/members/x`, { json: { status: 'accepted' }, by }),
    del(`${image}/members/x`, { by }),
    put(`${image}/tags/by-${by}`, { by }),
    del(`${image}/tags/by-${by}`, { by }),
    patch(image, [{ op: 'replace', path: '/name', value: `${as}-${by}` }], { by }),
    patch(image, [{ op: 'add', path: '/visibility', value: 'community' }], { by: by === 'nobody' ? by : 'stranger' }),
    patch(image, [{ op: 'add', path: '/locations/-', value: { url: '{source}/x', metadata: {} } }], {
      by: by === 'nobody' ? by : 'stranger',
    }),
    upload(as, 'again', { by }),
    put(`${image}/stage`, { text: 'x', headers: { 'content-type': 'application/octet-stream' }, by }),
    post(`${image}/import`, { json: { method: { name: 'glance-direct' } }, by }),
    post(`${image}/import`, { json: { method: { name: 'copy-image' }, stores: ['slow'] }, by: 'stranger' }),
    post(`${image}/actions/deactivate`, { by: by === 'nobody' ? by : 'stranger' }),
    post(`${image}/actions/reactivate`, { by: by === 'nobody' ? by : 'stranger' }),
    del(`/v2/stores/fast/{${as}.id}`, { by }),
    put(`/v2/cache/{${as}.id}`, { by }),
    del(`/v2/cache/{${as}.id}`, { by }),
    del(image, { by: by === 'nobody' ? by : 'stranger' }),
  ];
};

const elsewhere = (by) => [
  get('/v2/images?owner={project}&visibility=all&sort=name', { by }),
  post('/v2/images', { json: { visibility: 'public' }, by: by === 'nobody' ? by : 'stranger' }),
  get('/v2/tasks?limit=0', { by }),
  get('/v2/tasks/11111111-2222-4333-8444-555555555555', { by }),
  get('/v2/info/import', { by }),
  get('/v2/info/stores', { by }),
  get('/v2/info/stores/detail', { by }),
  get('/v2/info/usage', { by }),
  get('/v2/cache', { by }),
  get('/v2/schemas/image', { by, isSchema: true }),
  get('/v2/schemas/metadefs/namespace', { by, isSchema: true }),
  get('/v2/metadefs/namespaces?resource_types={project}', { by }),
  get('/v2/metadefs/resource_types', { by, shape: true }),
  get(NAMESPACE, { by }),
  put(NAMESPACE, { json: { namespace: '{project}' }, by }),
  ...['objects', 'properties', 'tags', 'resource_types'].flatMap((kind) => [
    get(`${NAMESPACE}/${kind}`, { by }),
    post(`${NAMESPACE}/${kind}`, { json: { name: 'x', title: 'x', type: 'string', tags: [] }, by }),
    del(`${NAMESPACE}/${kind}/x`, { by }),
  ]),
  ...['objects', 'properties', 'tags'].flatMap((kind) => [
    get(`${NAMESPACE}/${kind}/x`, { by }),
    put(`${NAMESPACE}/${kind}/x`, { json: { name: 'x' }, by }),
    del(`${NAMESPACE}/${kind}`, { by }),
  ]),
  post(`${NAMESPACE}/tags/x`, { by }),
  post('/v2/metadefs/namespaces', { json: { namespace: '{project}' }, by: by === 'nobody' ? by : 'stranger' }),
  del(NAMESPACE, { by }),
];

const WHO = ['nobody', 'reader', 'stranger'];
const VISIBILITIES = ['private', 'shared', 'community', 'public'];

/** Who may do what: callers without a token, who only read, and of another project. */
export const permissions = {
  name: 'permissions',
  steps: [
    ...VISIBILITIES.flatMap((visibility) => [
      create(visibility, { name: visibility, visibility, owner: '{project}' }, { by: 'admin' }),
      upload(visibility, '0123456789'),
    ]),
    create('member-of'),
    upload('member-of', '0123456789'),
    post('/v2/images/{member-of.id}/members', { json: { member: '{other-project}' } }),
    post('/v2/metadefs/namespaces', {
      json: {
        namespace: '{project}',
        visibility: 'private',
        owner: '{project}',
        resource_type_associations: [{ name: '{project}' }],
      },
      by: 'admin',
    }),
    ...WHO.flatMap((by) => [...[...VISIBILITIES, 'member-of'].flatMap((as) => onImage(as, by)), ...elsewhere(by)]),
    ...VISIBILITIES.map((as) => get(`/v2/images/{${as}.id}`)),
  ],
};
