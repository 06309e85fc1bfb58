import { UNKNOWN, create, del, get, post, put, upload } from '../steps.mjs';

const ENTRY = '/v2/cache/{image.id}';
const by = 'admin';

export const cache = {
  name: 'cache',
  steps: [
    get('/v2/cache'),
    get('/v2/cache', { by, shape: true }),
    create('image'),
    put(ENTRY, { by }),
    upload('image', '0123456789'),
    put(ENTRY),
    put(ENTRY, { by }),
    del(ENTRY),
    del(ENTRY, { by }),
    del(ENTRY, { by }),
    put(`/v2/cache/${UNKNOWN}`, { by }),
    put('/v2/cache/x', { by }),
    del(`/v2/cache/${UNKNOWN}`, { by }),
    get('/v2/images/{image.id}/file'),
    get('/v2/images/{image.id}/file'),
    del(ENTRY, { by }),
    del('/v2/cache'),
    del('/v2/cache', { by, headers: { 'x-image-cache-clear-target': 'nothing' } }),
    post('/v2/cache', { by }),
    get(ENTRY, { by }),
    get('/v2/cached_images', { by }),
    get('/v2/cached_images/{image.id}', { by }),
    del('/v2/cached_images/{image.id}', { by }),
    ...['get', 'put', 'del'].map((name) => ({ get, put, del })[name]('/v2/queued_images/{image.id}', { by })),
    get('/v2/queued_images', { by }),
    put(ENTRY, { by }),
    get('/v2/cache', { by, until: ({ cached_images: cached = [] }) => cached.length > 0, shape: true }),
    del(ENTRY, { by }),
    post('/v2/cache/clean'),
    post('/v2/cache/prune'),
    get(`/v2/cache/nodes/${UNKNOWN}`, { by }),
  ],
};
