import { UNKNOWN, create, del, get, put } from '../steps.mjs';

const tag = (name) => `/v2/images/{image.id}/tags/${name}`;
const shown = get('/v2/images/{image.id}');

export const tags = {
  name: 'tags',
  steps: [
    create('image', { tags: ['a'] }),
    put(tag('b')),
    put(tag('b')),
    put(tag('with%20space')),
    shown,
    put(tag('t'.repeat(255))),
    put(tag('t'.repeat(256))),
    put(tag('c'), { by: 'stranger' }),
    put(tag('c'), { text: 'body' }),
    del(tag('b')),
    del(tag('b')),
    del(tag('a'), { by: 'stranger' }),
    shown,
    get(tag('a')),
    ...['%20', '%20d%20', 'e%2Ff', 'g%3Fh', 'i+j', '.', '..', '%00', 'k,l'].flatMap((name) => [
      put(tag(name)),
      del(tag(name)),
    ]),
    put(tag('c'), { by: 'reader' }),
    put(tag('c'), { by: 'admin' }),
    del(tag('c'), { by: 'admin' }),
    shown,
    put(`/v2/images/${UNKNOWN}/tags/a`),
    del(`/v2/images/${UNKNOWN}/tags/a`),
  ],
};
