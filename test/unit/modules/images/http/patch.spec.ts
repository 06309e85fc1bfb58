import fc from 'fast-check';
import { HttpProblem } from '../../../../../src/http/http-problem.js';
import type { Json } from '../../../../../src/kernel/json.js';
import { toImageChanges } from '../../../../../src/modules/images/http/image-changes.js';
import { parseJsonPointer } from '../../../../../src/modules/images/http/json-pointer.js';
import { parsePatch, patchVersion } from '../../../../../src/modules/images/http/patch-document.js';
import type { PatchVersion } from '../../../../../src/modules/images/http/patch-document.js';

const anyDocument = () => null;
const patched = (version: PatchVersion, document: Json) =>
  toImageChanges(version, parsePatch(version, document), anyDocument);
const changes = (version: PatchVersion, document: Json) => patched(version, document).changes;

const statusOf = (act: () => unknown): number | 'accepted' => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    if (error instanceof HttpProblem) return error.status;
    throw error;
  }
};

describe('the media type of a patch', () => {
  it.each([
    ['application/openstack-images-v2.1-json-patch', '2.1'],
    ['application/openstack-images-v2.1-json-patch; charset=utf-8', '2.1'],
    ['application/openstack-images-v2.0-json-patch', '2.0'],
    ['Application/OpenStack-Images-V2.0-JSON-Patch', '2.0'],
  ])('%s is version %s', (type, version) => {
    expect(patchVersion(type)).toBe(version);
  });

  it.each([undefined, '', 'application/json', 'application/json-patch+json'])(
    '%s is refused and told what is accepted',
    (type) => {
      expect(() => patchVersion(type)).toThrow(
        expect.objectContaining({
          status: 415,
          headers: {
            'accept-patch':
              'application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch',
          },
        }),
      );
    },
  );
});

describe('a JSON pointer', () => {
  it.each([
    ['/name', ['name']],
    ['//name', ['name']],
    ['/', ['']],
    ['/key~1slash', ['key/slash']],
    ['/a~01', ['a~1']],
    ['/ spaced ', ['spaced']],
    ['/locations/0', ['locations', '0']],
  ])('%j is %j', (pointer, segments) => {
    expect(parseJsonPointer(pointer)).toEqual(segments);
  });

  it.each(['foo', '', '/a//b', '/a/', '/two/   /x', '/a~2b', '/a~'])('is not %j', (pointer) => {
    expect(statusOf(() => parseJsonPointer(pointer))).toBe(400);
  });
});

describe('a patch document', () => {
  it.each<[string, PatchVersion, Json]>([
    ['is no array', '2.1', {}],
    ['has an element that is no object', '2.1', ['x']],
    ['has an element without op', '2.1', [{ path: '/a', value: 'b' }]],
    ['has an unknown op', '2.1', [{ op: 'move', path: '/a', from: '/b' }]],
    ['has an element without path', '2.1', [{ op: 'add', value: 'b' }]],
    ['adds without a value', '2.1', [{ op: 'add', path: '/a' }]],
    ['names two operations in one element', '2.0', [{ add: '/a', replace: '/b', value: 'c' }]],
    ['is of version 2.1 under the 2.0 type', '2.0', [{ op: 'add', path: '/a', value: 'b' }]],
    ['points into the tags', '2.1', [{ op: 'add', path: '/tags/-', value: 'x' }]],
    ['adds all locations at once', '2.1', [{ op: 'add', path: '/locations', value: [] }]],
    ['sets a negative requirement', '2.1', [{ op: 'replace', path: '/min_ram', value: -1 }]],
    ['sets a name with a 4-byte character', '2.1', [{ op: 'replace', path: '/name', value: '😀' }]],
    ['names a property with 256 characters', '2.1', [{ op: 'add', path: `/${'k'.repeat(256)}`, value: '' }]],
  ])('that %s is refused with 400', (_, version, document) => {
    expect(statusOf(() => changes(version, document))).toBe(400);
  });

  it.each([
    '/id',
    '/status',
    '/size',
    '/checksum',
    '/created_at',
    '/self',
    '/file',
    '/schema',
    '/direct_url',
    '/os_hash_value',
    '/location',
    '/deleted',
    '/os_glance_x',
    '/os_glancex',
    '/stores',
  ])('may not touch %s', (path) => {
    for (const op of ['add', 'replace', 'remove']) {
      expect(statusOf(() => changes('2.1', [{ op, path, value: 'x' }]))).toBe(403);
    }
  });

  it('may not remove a base property', () => {
    expect(statusOf(() => changes('2.1', [{ op: 'remove', path: '/name' }]))).toBe(403);
  });

  it('may not add a base property under the 2.0 type, where it exists already', () => {
    expect(statusOf(() => changes('2.0', [{ add: '/name', value: 'x' }]))).toBe(409);
  });

  it('checks all operations before it refuses one for its meaning', () => {
    const document = [
      { op: 'remove', path: '/name' },
      { op: 'add', path: 'no-slash', value: '' },
    ];
    expect(statusOf(() => changes('2.1', document))).toBe(400);
  });

  it('becomes the steps of a change, in order', () => {
    expect(
      changes('2.1', [
        { op: 'add', path: '/name', value: 'n' },
        { op: 'replace', path: '/tags', value: ['a'] },
        { op: 'add', path: '/key~1slash', value: 'v' },
        { op: 'replace', path: '/foo', value: 'w' },
        { op: 'remove', path: '/bar' },
        { op: 'replace', path: '/owner', value: '' },
      ]),
    ).toEqual([
      { kind: 'set_field', field: 'name', value: 'n' },
      { kind: 'set_field', field: 'tags', value: ['a'] },
      { kind: 'set_property', name: 'key/slash', value: 'v', when: 'any' },
      { kind: 'set_property', name: 'foo', value: 'w', when: 'present' },
      { kind: 'remove_property', name: 'bar' },
      { kind: 'set_field', field: 'owner', value: null },
    ]);
  });

  it('becomes steps on the locations, behind the others', () => {
    const value = { url: 'http://a/', metadata: { a: 'b' } };
    const said = { os_hash_algo: 'sha512', os_hash_value: 'ff' };
    const document = [
      { op: 'add', path: '/locations/-', value },
      { op: 'add', path: '/locations/3', value: { ...value, validation_data: said } },
      { op: 'add', path: '/name', value: 'n' },
      { op: 'replace', path: '/locations', value: [value] },
      { op: 'remove', path: '/locations/0' },
      { op: 'remove', path: '/locations/-' },
    ];
    const location = { ...value, digest: null };
    const digest = { checksum: null, hashAlgorithm: 'sha512', hashValue: 'ff' };
    expect(patched('2.1', document)).toEqual({
      changes: [{ kind: 'set_field', field: 'name', value: 'n' }],
      locations: [
        { kind: 'add_location', position: null, location },
        { kind: 'add_location', position: 3, location: { ...location, digest } },
        { kind: 'replace_locations', locations: [location] },
        { kind: 'remove_location', position: 0 },
        { kind: 'remove_location', position: null },
      ],
    });
  });

  it.each([{ a: 1 }, { a: null }, { a: { b: [true] } }])('takes no metadata of locations but texts: %j', (metadata) => {
    const document = [{ op: 'add', path: '/locations/-', value: { url: 'http://a/', metadata } }];
    expect(statusOf(() => patched('2.1', document))).toBe(400);
  });

  it.each(['x', '-1', '1.5', '1e3'])('takes no place of a location but a number: %s', (place) => {
    expect(statusOf(() => patched('2.1', [{ op: 'remove', path: `/locations/${place}` }]))).toBe(400);
  });

  it('adds under the 2.0 type only what is absent', () => {
    expect(changes('2.0', [{ add: '/foo', value: 'x' }])).toEqual([
      { kind: 'set_property', name: 'foo', value: 'x', when: 'absent' },
    ]);
  });

  it('never fails otherwise than with a client error, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('2.0', '2.1'), (document, version) => {
        expect([400, 403, 409, 'accepted']).toContain(statusOf(() => changes(version, document as Json)));
      }),
    );
  });
});
