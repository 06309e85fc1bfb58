import { create, get, patch, post, upload } from '../steps.mjs';

const at = (path) => ({ url: `{source}/${path}`, metadata: {} });
const changed = (as, op, path, value, rest) => patch(`/v2/images/{${as}.id}`, [{ op, path, value }], rest);
const toAdmin = { by: 'admin' };

export const locations = {
  name: 'locations',
  steps: [
    create('image'),
    changed('image', 'replace', '/locations', []),
    changed('image', 'add', '/locations/0', at('a'), toAdmin),
    changed('image', 'add', '/locations/-', at('a')),
    changed('image', 'add', '/locations/-', { url: 'file:///etc/hostname', metadata: {} }),
    changed('image', 'add', '/locations/-', { url: 'nothing://x', metadata: {} }),
    changed('image', 'add', '/locations/-', { url: '{source}/b' }),
    changed('image', 'add', '/locations/-', 'x'),
    changed('image', 'add', '/locations/-', { ...at('b'), more: 1 }),
    changed('image', 'add', '/locations/-', at('b')),
    changed('image', 'add', '/locations/-', at('b')),
    get('/v2/images/{image.id}'),
    get('/v2/images/{image.id}/file'),
    changed('image', 'remove', '/locations/9'),
    changed('image', 'remove', '/locations/1'),
    changed('image', 'remove', '/locations/0'),
    changed('image', 'replace', '/locations', []),
    changed('image', 'replace', '/locations', [at('c')]),
    changed('image', 'replace', '/locations/0', at('c')),
    create('hashed'),
    changed('hashed', 'add', '/locations/-', { ...at('a'), validation_data: { os_hash_algo: 'sha512' } }),
    changed('hashed', 'add', '/locations/-', {
      ...at('a'),
      validation_data: { os_hash_algo: 'sha512', os_hash_value: 'a'.repeat(128) },
    }),
    get('/v2/images/{hashed.id}'),
    create('uploaded'),
    upload('uploaded', '0123456789'),
    changed('uploaded', 'add', '/locations/-', at('a')),
    changed('uploaded', 'remove', '/locations/0'),
    get('/v2/images/{uploaded.id}'),
    get('/v2/images/{uploaded.id}/locations'),
    post('/v2/images/{uploaded.id}/locations', { json: { url: '{source}/a' } }),
  ],
};
