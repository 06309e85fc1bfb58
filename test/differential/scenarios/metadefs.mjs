import { del, get, post, put } from '../steps.mjs';

const by = 'admin';
const ROOT = '/v2/metadefs/namespaces';
const NAMESPACE = `${ROOT}/{project}`;
const property = (name, more) => ({ name, title: 'Title', type: 'string', ...more });

/** One kind of what a namespace holds: made, made again, shown, listed, changed, removed. */
const crud = (kind, document, changed) => {
  const one = `${NAMESPACE}/${kind}/${document.name}`;
  return [
    post(`${NAMESPACE}/${kind}`, { json: document, by: 'member' }),
    post(`${NAMESPACE}/${kind}`, { json: document, by }),
    post(`${NAMESPACE}/${kind}`, { json: document, by }),
    post(`${NAMESPACE}/${kind}`, { json: {}, by }),
    get(one, { by }),
    get(`${NAMESPACE}/${kind}`, { by }),
    put(one, { json: changed, by }),
    put(one, { json: { more: 1 }, by }),
    get(`${NAMESPACE}/${kind}/nothing`, { by }),
    put(`${NAMESPACE}/${kind}/nothing`, { json: changed, by }),
    del(`${NAMESPACE}/${kind}/nothing`, { by }),
  ];
};

export const metadefs = {
  name: 'metadefs',
  steps: [
    post(ROOT, { json: { namespace: '{project}' } }),
    post(ROOT, { json: {}, by }),
    post(ROOT, { json: { namespace: '{project}', more: 1 }, by }),
    post(ROOT, { json: { namespace: '{project}', visibility: 'secret' }, by }),
    post(ROOT, { json: { namespace: '{project}', display_name: 'Name', description: 'Text' }, by }),
    post(ROOT, { json: { namespace: '{project}' }, by }),
    get(NAMESPACE, { by }),
    get(NAMESPACE, { by: 'stranger' }),
    get(`${ROOT}/nothing`, { by }),
    get(`${ROOT}?limit=0`, { by }),
    get(`${ROOT}?limit=x`, { by }),
    get(`${ROOT}?sort_key=nothing`, { by }),
    get(`${ROOT}?marker=nothing`, { by }),
    get(`${ROOT}?visibility=secret`, { by }),
    ...crud('properties', property('prop'), property('prop', { enum: ['a'], default: 'a' })),
    post(`${NAMESPACE}/properties`, { json: property('bad', { type: 'nothing' }), by }),
    post(`${NAMESPACE}/properties`, { json: property('bad', { minimum: 'x' }), by }),
    ...crud(
      'objects',
      { name: 'obj', description: 'Text', required: ['p'], properties: { p: { title: 'P', type: 'integer' } } },
      { name: 'obj', description: 'Other', required: [], properties: {} },
    ),
    post(`${NAMESPACE}/tags/one`, { by }),
    post(`${NAMESPACE}/tags/one`, { by }),
    get(`${NAMESPACE}/tags/one`, { by }),
    put(`${NAMESPACE}/tags/one`, { json: { name: 'uno' }, by }),
    post(`${NAMESPACE}/tags`, { json: { tags: [{ name: 'b' }, { name: 'c' }] }, by }),
    post(`${NAMESPACE}/tags`, { json: { tags: [{ name: 'b' }, { name: 'b' }] }, by }),
    post(`${NAMESPACE}/tags`, { json: { tags: [{ name: 'd' }] }, by, headers: { 'x-openstack-append': 'True' } }),
    get(`${NAMESPACE}/tags?sort_key=name&sort_dir=asc`, { by }),
    get(`${NAMESPACE}/tags/nothing`, { by }),
    del(`${NAMESPACE}/tags/b`, { by }),
    del(`${NAMESPACE}/tags/b`, { by }),
    post(`${NAMESPACE}/resource_types`, { json: { name: 'OS::Glance::Image', prefix: 'hw_' }, by }),
    post(`${NAMESPACE}/resource_types`, { json: { name: 'OS::Glance::Image', prefix: 'hw_' }, by }),
    post(`${NAMESPACE}/resource_types`, { json: {}, by }),
    get(`${NAMESPACE}/resource_types`, { by }),
    get(`${NAMESPACE}?resource_type=OS::Glance::Image`, { by }),
    get(`${NAMESPACE}/properties/hw_prop?resource_type=OS::Glance::Image`, { by }),
    get(`${NAMESPACE}/properties/prop?resource_type=OS::Glance::Image`, { by }),
    del(`${NAMESPACE}/resource_types/OS::Glance::Image`, { by }),
    del(`${NAMESPACE}/resource_types/OS::Glance::Image`, { by }),
    put(NAMESPACE, { json: { namespace: '{project}', protected: true, visibility: 'public' }, by }),
    get(NAMESPACE, { by: 'stranger' }),
    del(NAMESPACE, { by }),
    del(`${NAMESPACE}/properties/prop`, { by }),
    put(NAMESPACE, { json: { namespace: '{project}', protected: false }, by }),
    del(`${NAMESPACE}/properties/prop`, { by }),
    del(`${NAMESPACE}/objects`, { by }),
    del(`${NAMESPACE}/properties`, { by }),
    del(`${NAMESPACE}/tags`, { by }),
    get(NAMESPACE, { by }),
    del(NAMESPACE, { by: 'stranger' }),
    del(NAMESPACE, { by }),
    del(NAMESPACE, { by }),
  ],
};
