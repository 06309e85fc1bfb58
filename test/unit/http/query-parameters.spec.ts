import { firstPageLink, nextPageLink } from '../../../src/http/paging-links.js';
import { MALFORMED_QUERY, parseQuery } from '../../../src/http/query-parameters.js';

describe('query parameters', () => {
  it.each([
    ['', []],
    [
      'a=1&b=2&a=3',
      [
        ['a', ['1', '3']],
        ['b', ['2']],
      ],
    ],
    ['a=x+y%20z%2B', [['a', ['x y z+']]]],
    [
      'a=&b',
      [
        ['a', ['']],
        ['b', ['']],
      ],
    ],
    ['%C3%A9=%E2%82%AC', [['é', ['€']]]],
    ['a=b=c&&', [['a', ['b=c']]]],
    ['__proto__=x', [['__proto__', ['x']]]],
  ])('of %s', (query, expected) => expect([...parseQuery(query)]).toEqual(expected));

  it.each(['a=%FF', 'a=%C3', 'a=%zz', 'a=%', 'a=%ED%A0%80'])('%s is malformed', (query) => {
    expect(parseQuery(query)).toBe(MALFORMED_QUERY);
  });
});

describe('paging links', () => {
  it.each([
    ['', '/v2/images'],
    ['marker=m', '/v2/images'],
    ['tag=b&tag=a&limit=2&marker=m', '/v2/images?tag=b&tag=a&limit=2'],
    ["name=a b:c/(d)!'*~é", '/v2/images?name=a+b%3Ac%2F%28d%29%21%27%2A~%C3%A9'],
    ['x=%26%3D&empty=', '/v2/images?x=%26%3D&empty='],
  ])('after %s the first page is %s', (query, link) =>
    expect(firstPageLink('/v2/images', parseQuery(query))).toBe(link),
  );

  it('put the marker last, and only once', () => {
    expect(nextPageLink('/v2/images', parseQuery('marker=old&limit=2'), 'new')).toBe('/v2/images?limit=2&marker=new');
    expect(nextPageLink('/v2/images', parseQuery(''), 'new')).toBe('/v2/images?marker=new');
  });
});
