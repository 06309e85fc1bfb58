import fc from 'fast-check';
import { HttpProblem } from '../../../../../src/http/http-problem.js';
import { filterValues } from '../../../../../src/modules/images/http/list-query/filter-value.js';
import { parseIsoTime } from '../../../../../src/modules/images/http/list-query/iso-time.js';
import { parseListParams } from '../../../../../src/modules/images/http/list-query/list-images.params.js';

const limits = { limitParamDefault: 25, apiLimitMax: 1000 };

const parse = (query: string) => {
  const params = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) params.set(name, [...(params.get(name) ?? []), value]);
  return parseListParams(params, limits);
};

const statusOf = (query: string): number | 'accepted' => {
  try {
    parse(query);
    return 'accepted';
  } catch (error) {
    if (error instanceof HttpProblem) return error.status;
    throw error;
  }
};

describe('the query string of an image list', () => {
  it('asks for the newest 25 images that are not hidden when it is empty', () => {
    expect(parse('')).toEqual({
      visibility: 'default',
      memberStatus: 'accepted',
      hidden: false,
      filters: [],
      sort: [
        { key: 'created_at', direction: 'desc' },
        { key: 'id', direction: 'desc' },
      ],
      limit: 25,
      markerId: null,
    });
  });

  it.each([
    'limit=-1',
    'limit=abc',
    'limit=',
    'marker=',
    'sort=',
    'sort_key=',
    'sort=foo',
    'sort_key=foo',
    'sort_dir=up',
    'sort=name:up',
    'sort=name:asc:x',
    'sort=name:asc&sort_key=size',
    'sort=name&sort_dir=asc',
    'sort_dir=asc&sort_dir=desc',
    'sort_key=name&sort_key=size&sort_dir=asc&sort_dir=asc&sort_dir=asc',
    'name=foo:bar',
    'name=neq:x',
    'name=in:"a',
    'name=in:a"b",c',
    'name=in:"a"b,c',
    'size_min=abc',
    'size_min=',
    'size_max=1.5',
    'min_ram_min=x',
    'min_ram=x',
    'size=',
    'protected=True',
    'protected=1',
    'os_hidden=abcd',
    'created_at=lt:rubbish',
    'created_at=foo:2015-11-19T12:24:02Z',
    'updated_at=gte:2015-13-01',
    'changes-since=2000-10-07T10:10:10',
    'visibility=bogus',
    'visibility=',
    'member_status=bogus',
  ])('is refused with 400 for %s', (query) => {
    expect(statusOf(query)).toBe(400);
  });

  it.each([
    'limit=0',
    'limit=5000',
    'os_hidden=True',
    'deleted=true',
    'a=1&a=2',
    'foo_min=x',
    'tags=ab',
    'name=in:',
    'name=',
  ])('is accepted: %s', (query) => {
    expect(statusOf(query)).toBe('accepted');
  });

  it.each([
    ['some', '5000'],
    ['the largest', '9223372036854775807'],
    ['any', '9'.repeat(400)],
  ])('caps a limit of %s images silently', (_many, limit) => {
    expect(parse(`limit=${limit}`).limit).toBe(1000);
  });

  it('takes numbers that are larger than any it can count to', () => {
    expect(parse('size_max=9223372036854775807&size_min=-9223372036854775808').filters).toEqual([
      { kind: 'range', column: 'size', max: Number.MAX_SAFE_INTEGER },
      { kind: 'range', column: 'size', min: Number.MIN_SAFE_INTEGER },
    ]);
  });

  it('is refused with 400 when it asks for more than a database query can hold', () => {
    const many = (count: number, text: (index: number) => string, separator: string) =>
      Array.from({ length: count }, (_, index) => text(index)).join(separator);
    expect(statusOf(many(256, (index) => `p${index}=x`, '&'))).toBe('accepted');
    expect(statusOf(many(257, (index) => `p${index}=x`, '&'))).toBe(400);
    expect(statusOf(many(257, (index) => `tag=${index}`, '&'))).toBe(400);
    expect(statusOf(many(257, () => 'tag=same', '&'))).toBe('accepted');
    expect(statusOf(`name=in:${many(2000, String, ',')}`)).toBe('accepted');
    expect(statusOf(`name=in:${many(2001, String, ',')}`)).toBe(400);
    expect(statusOf(`name=in:${many(2001, () => 'same', ',')}`)).toBe('accepted');
  });

  it.each([
    ['sort=name:asc,size:desc', 'name:asc size:desc created_at:desc id:desc'],
    ['sort=name', 'name:desc created_at:desc id:desc'],
    ['sort=name:', 'name:desc created_at:desc id:desc'],
    ['sort=name:asc', 'name:asc created_at:asc id:asc'],
    ['sort_key=name&sort_dir=asc', 'name:asc created_at:asc id:asc'],
    ['sort_key=name&sort_key=size&sort_dir=asc', 'name:asc size:asc created_at:asc id:asc'],
    ['sort_key=name&sort_key=size&sort_dir=asc&sort_dir=desc', 'name:asc size:desc created_at:desc id:desc'],
    ['sort_dir=asc', 'created_at:asc id:asc'],
    ['sort_key=id&sort_dir=asc', 'id:asc created_at:asc'],
  ])('sorts %s as %s', (query, expected) => {
    expect(
      parse(query)
        .sort.map(({ key, direction }) => `${key}:${direction}`)
        .join(' '),
    ).toBe(expected);
  });

  it('joins all tags, but takes the last of any other repeated parameter', () => {
    expect(parse('tag=a&tag=%20b%20&foo=1&foo=2').filters).toEqual([
      { kind: 'tag', tag: 'a' },
      { kind: 'tag', tag: 'b' },
      { kind: 'property', name: 'foo', value: '2' },
    ]);
    expect(parse('visibility=public&visibility=shared').visibility).toBe('shared');
  });

  it('reads bounds and equal numbers as ranges', () => {
    expect(parse('size_min=5&size_max=10&min_ram=7').filters).toEqual([
      { kind: 'range', column: 'size', min: 5 },
      { kind: 'range', column: 'size', max: 10 },
      { kind: 'range', column: 'min_ram', min: 7, max: 7 },
    ]);
  });

  it('reads a time with its operator, normalised to UTC', () => {
    expect(parse('created_at=lt:2015-11-19T12:24:02%2B02:00').filters).toEqual([
      { kind: 'time', column: 'created_at', operator: 'lt', at: new Date('2015-11-19T10:24:02Z') },
    ]);
  });

  it('never fails otherwise than with 400, whatever it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))), (pairs) => {
        const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
        expect([400, 'accepted']).toContain(statusOf(query));
      }),
    );
  });
});

describe('a filter that takes several values', () => {
  it.each([
    ['image-1', ['image-1']],
    ['eq:foo:bar', ['foo:bar']],
    ['in:a,b', ['a', 'b']],
    ['in:"a,b",c', ['a,b', 'c']],
    ['in:a,,c', ['a', '', 'c']],
    ['in:"foo:bar"', ['foo:bar']],
    ['in:"say \\"hi\\""', ['say \\"hi\\"']],
    ['2015-11-19T12:24:02Z', ['2015-11-19T12:24:02Z']],
  ])('reads %s as %j', (text, values) => {
    expect(filterValues('name', text)).toEqual(values);
  });
});

describe('an ISO 8601 time', () => {
  it.each([
    ['2015-11-19T12:24:02Z', '2015-11-19T12:24:02.000Z'],
    ['2015-11-19T12:24:02', '2015-11-19T12:24:02.000Z'],
    ['2015-11-19 12:24', '2015-11-19T12:24:00.000Z'],
    ['2015-11-19', '2015-11-19T00:00:00.000Z'],
    ['20151119T122402Z', '2015-11-19T12:24:02.000Z'],
    ['2015-11-19T12:24:02.5-0130', '2015-11-19T13:54:02.500Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseIsoTime(text)?.toISOString()).toBe(expected);
  });

  it.each(['', 'now', '2015-02-30', '2015-11-19T25:00:00Z', '2015-11-19T12:24:02X', '15-11-19'])(
    'is not %j',
    (text) => {
      expect(parseIsoTime(text)).toBeNull();
    },
  );
});
