import { UNKNOWN, create, del, get, post, put } from '../steps.mjs';

const MEMBERS = '/v2/images/{image.id}/members';
const ONE = `${MEMBERS}/{other-project}`;
const stranger = { by: 'stranger' };

export const members = {
  name: 'members',
  steps: [
    create('image'),
    get(MEMBERS),
    post(MEMBERS, { json: { member: '{other-project}' } }),
    post(MEMBERS, { json: { member: '{other-project}' } }),
    post(MEMBERS, { json: {} }),
    post(MEMBERS, { json: { member: '' } }),
    post(MEMBERS, { json: { member: 'x', status: 'accepted' } }),
    post(MEMBERS, { text: 'x' }),
    post(MEMBERS, { json: { member: 'third' }, ...stranger }),
    get(MEMBERS),
    get(MEMBERS, stranger),
    get(ONE),
    get(ONE, stranger),
    get(`${MEMBERS}/nothing`),
    get('/v2/images/{image.id}', stranger),
    get('/v2/images?owner={project}', stranger),
    get('/v2/images?owner={project}&member_status=pending', stranger),
    get('/v2/images?owner={project}&member_status=all&visibility=shared', stranger),
    put(ONE, { json: { status: 'accepted' } }),
    put(ONE, { json: { status: 'nothing' }, ...stranger }),
    put(ONE, { json: {}, ...stranger }),
    put(ONE, { json: { status: 'accepted' }, ...stranger }),
    put(`${MEMBERS}/nothing`, { json: { status: 'accepted' }, by: 'admin' }),
    get('/v2/images?owner={project}', stranger),
    del('/v2/images/{image.id}', stranger),
    del(ONE, stranger),
    del(ONE),
    del(ONE),
    get(MEMBERS, stranger),
    get(`/v2/images/${UNKNOWN}/members`),
    post(`/v2/images/${UNKNOWN}/members`, { json: { member: 'x' } }),
    create('private', { visibility: 'private' }),
    post('/v2/images/{private.id}/members', { json: { member: '{other-project}' } }),
    get('/v2/images/{private.id}/members'),
    put('/v2/images/{image.id}/members'),
  ],
};
