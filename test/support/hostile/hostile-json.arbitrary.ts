import fc from 'fast-check';

const MIB = 1024 ** 2;
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

/** Texts that break careless code: halves of surrogate pairs, NUL, four bytes of UTF-8, names that JavaScript knows. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    ...['', ' ', '\u0000', 'a\u0000b', '\ud800', '\udc00x', '💿', '\uffff', '\u2028', '\r\nX-Evil: 1', '\u202e'],
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'length', 'NaN', 'null'],
    ...[
      '../../etc/passwd',
      '/',
      '//',
      '~',
      '~1',
      '~0~1',
      '%00',
      '%2e%2e',
      "' OR 1=1 --",
      '";',
      '$where',
      '*',
      '%',
      '_',
    ],
    ...[
      'in:',
      'in:,',
      'in:"a,b',
      'gt:',
      'gt:x',
      'neq:1',
      'lte:99999999999999999999',
      'x'.repeat(256),
      'é'.repeat(3000),
    ],
  ),
);

const hostileNumber = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, -0, 2 ** 31, 2 ** 31 - 1, 2 ** 53, -(2 ** 63), 1e308),
);

/** The names that some endpoint looks for in a body. */
const KNOWN_NAMES = [
  ...['id', 'name', 'visibility', 'disk_format', 'container_format', 'min_ram', 'min_disk', 'protected', 'os_hidden'],
  ...['tags', 'owner', 'locations', 'checksum', 'size', 'virtual_size', 'status', 'created_at', 'self', 'schema'],
  ...['os_hash_algo', 'os_glance_x', 'img_signature', 'member', 'type', 'input', 'import_from', 'import_from_format'],
  ...['image_properties', 'method', 'uri', 'stores', 'all_stores', 'all_stores_must_succeed', 'glance_region'],
  ...['url', 'metadata', 'validation_data', 'os_hash_value', 'op', 'path', 'value', 'from', 'add', 'replace', 'remove'],
  ...['namespace', 'display_name', 'description', 'resource_type_associations', 'prefix', 'properties_target'],
  ...[
    'properties',
    'objects',
    'required',
    'title',
    'items',
    'enum',
    'default',
    'operators',
    '__proto__',
    'constructor',
  ],
];

/** Values that are right somewhere, so that generated documents get beyond the first check. */
const likelyValue = fc.constantFrom<unknown>(
  ...['raw', 'bare', 'qcow2', 'public', 'private', 'shared', 'community', 'accepted', 'pending', 'import', 'export'],
  ...['glance-direct', 'web-download', 'copy-image', 'file:///etc/passwd', 'http://127.0.0.1:1/x', 'http://[::1'],
  ...['sha512', 'string', 'array', '00000000-0000-4000-8000-000000000000', '2024-01-01T00:00:00Z', 'fast', 'slow'],
  ...[true, false, null, 0, 1, [], {}, ['a'], ['a', 'a'], [[]], [null], { name: 'glance-direct' }, { name: {} }],
);

/** A JSON value, never deep, often with names that endpoints know. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    likelyValue,
    hostileText,
    hostileNumber,
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...KNOWN_NAMES), hostileText), tie('value'), { maxKeys: 6 }),
})).value;

/** A document with the names of the API in it. */
const hostileDocument = fc.dictionary(
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...KNOWN_NAMES) }, { weight: 1, arbitrary: hostileText }),
  hostileValue,
  { maxKeys: 6 },
);

const pointer = fc.oneof(
  fc.constantFrom(...KNOWN_NAMES.map((name) => `/${name}`)),
  fc.constantFrom(
    '',
    '/',
    '//',
    '/~',
    '/~2',
    '/tags/0',
    '/tags/-',
    '/locations/0',
    '/locations/-',
    '/locations/9e9',
    '/a/b/c',
  ),
  hostileText.map((text) => `/${text}`),
  hostileText,
);

const operationOfV21 = fc.record(
  {
    op: fc.oneof(fc.constantFrom('add', 'remove', 'replace', 'test', 'move', 'copy'), hostileText),
    path: fc.oneof({ weight: 9, arbitrary: pointer }, { weight: 1, arbitrary: hostileValue }),
    value: hostileValue,
    from: pointer,
  },
  { requiredKeys: ['op', 'path'] },
);

const operationOfV20 = fc
  .tuple(fc.constantFrom('add', 'remove', 'replace'), pointer, hostileValue)
  .map(([verb, path, value]) => ({ [verb]: path, value }));

/** A patch document of either media type, sound or not. */
const hostilePatch = fc.oneof(
  fc.array(operationOfV21, { maxLength: 5 }),
  fc.array(operationOfV20, { maxLength: 5 }),
  fc.array(hostileValue, { maxLength: 3 }),
);

/** What no `JSON.stringify` would print. */
const RAW_DOCUMENTS: readonly (string | Uint8Array)[] = [
  ...[
    '',
    ' ',
    '{',
    '[',
    '"',
    '{}{}',
    '[]]',
    'null',
    'true',
    '1',
    '"x"',
    'NaN',
    '{"a":1e999}',
    '{"a":-0}',
    '[1,]',
    "{'a':1}",
  ],
  ...['{"name":"a","name":"b"}', '{"__proto__":{"visibility":"public"}}', '{"constructor":{"prototype":{"x":1}}}'],
  ...['{"name":"\\ud800"}', '{"\\udc00":"x"}', '{"name":"\\u0000"}', '{"name":"a\u0000b"}', '{"a":\u0000}', '\ufeff{}'],
  ...[
    nested('[', ']', 65),
    nested('[', ']', 10_000),
    nested('{"a":', '}', 100),
    '[' + nested('{"a":[', ']}', 5000) + ']',
  ],
  ...[`[${'{},'.repeat(50_000)}{}]`, `{"tags":[${'"t",'.repeat(50_000)}"t"]}`, `{"name":"${'n'.repeat(500_000)}"}`],
  ...[`{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":"v"`).join(',')}}`, `{"n":${'9'.repeat(100_000)}}`],
  ...[`[${Array.from({ length: 5000 }, (_, index) => `{"op":"add","path":"/p${index}","value":"v"}`).join(',')}]`],
  ...[`{"a":"${'x'.repeat(MIB)}"}`, ' '.repeat(MIB + 1)],
  ...[Buffer.from('{"name":"\xff\xfe"}', 'latin1'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0x1f, 0x8b, 8, 0])],
];

/** The bytes of a request body: documents with the API's names, patches, and what is no JSON at all. */
export const hostileBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: hostileDocument.map((document) => JSON.stringify(document)) },
  { weight: 4, arbitrary: hostilePatch.map((patch) => JSON.stringify(patch)) },
  { weight: 2, arbitrary: fc.constantFrom(...RAW_DOCUMENTS) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
);
