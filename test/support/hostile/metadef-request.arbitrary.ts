import fc from 'fast-check';
import { API_PATHS } from '../../../src/http/api-routes.js';
import type { HttpHeaders } from '../http-client.js';
import { hostileBody, hostileText, hostileValue } from './hostile-json.arbitrary.js';

/** A request about metadata definitions; few names, so that what is asked for is often there. */
export type MetadefRequest = Readonly<{
  method: string;
  path: string;
  body?: string | Uint8Array;
  headers?: HttpHeaders;
  chunked: boolean;
  asAdmin: boolean;
}>;

const PATHS = API_PATHS.filter((path) => path.startsWith('/v2/metadefs/'));

const someName = fc.constantFrom('OS::A', 'os::a', 'OS::B', 'OS::Ñ', 'c d');
const itemName = fc.constantFrom('one', 'One', 'two', 'drei');
const text = fc.option(fc.oneof(fc.constant('a text'), hostileText), { nil: undefined, freq: 3 });

/** With those of its names that were drawn. */
const document = (model: Record<string, fc.Arbitrary<unknown>>, requiredKeys: string[]): fc.Arbitrary<object> =>
  fc.record(model, { requiredKeys: requiredKeys as never[], noNullPrototype: true });

const schemaOfProperty = {
  title: fc.constant('a title'),
  description: text,
  type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'array'),
  operators: fc.constant(['<or>', '<in>']),
  enum: fc.array(itemName, { maxLength: 3 }),
  default: fc.oneof(itemName, fc.integer(), fc.boolean()),
  minimum: fc.integer(),
  maximum: fc.integer(),
  minLength: fc.nat(),
  pattern: fc.constantFrom('^a+$', '^(a+)+$', '['),
  items: fc.constant({ type: 'string', enum: ['a'] }),
  readonly: fc.boolean(),
};
const propertyBody = document({ name: itemName, ...schemaOfProperty }, ['name', 'title', 'type']);
const propertyMap = fc.dictionary(itemName, document(schemaOfProperty, ['title', 'type']), {
  maxKeys: 3,
  noNullPrototype: true,
});
const objectBody = document(
  { name: itemName, description: text, required: fc.array(itemName), properties: propertyMap },
  ['name'],
);
const tagBody = document({ name: itemName }, ['name']);
const associationBody = document({ name: someName, prefix: itemName, properties_target: itemName }, ['name']);
const namespaceBody = document(
  {
    namespace: someName,
    display_name: text,
    description: text,
    visibility: fc.constantFrom('public', 'private'),
    protected: fc.constant(false),
    owner: fc.constantFrom('somebody', 'P'),
    properties: propertyMap,
    objects: fc.uniqueArray(objectBody, { maxLength: 2, selector: (each) => (each as { name: string }).name }),
    tags: fc.uniqueArray(tagBody, { maxLength: 3, selector: (each) => (each as { name: string }).name }),
    resource_type_associations: fc.array(associationBody, { maxLength: 2 }),
  },
  ['namespace'],
);

const SOUND_BODIES: readonly (readonly [pattern: RegExp, body: fc.Arbitrary<object>])[] = [
  [/\/objects(\/[^/]*)?$/, objectBody],
  [/\/properties(\/[^/]*)?$/, propertyBody],
  [/\/tags$/, document({ tags: fc.array(tagBody, { maxLength: 4 }) }, ['tags'])],
  [/\/tags\/[^/]*$/, tagBody],
  [/\/resource_types(\/[^/]*)?$/, associationBody],
  [/./, namespaceBody],
];

const soundBody = (path: string): fc.Arbitrary<object> =>
  SOUND_BODIES.find(([pattern]) => pattern.test(path))?.[1] ?? namespaceBody;

/** Sound but for one value: another one, none, or one too many. */
const nearlySound = (sound: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc
    .tuple(sound, fc.nat(), fc.constantFrom('replace', 'drop', 'add'), hostileValue, hostileText)
    .map(([body, index, how, value, name]) => {
      const entries: [string, unknown][] = Object.entries(body);
      const at = index % Math.max(1, entries.length);
      if (how === 'add') return Object.fromEntries([...entries, [name, value]]);
      const [key = name] = entries[at] ?? [];
      return Object.fromEntries(
        entries.toSpliced(at, 1, ...(how === 'drop' ? [] : [[key, value] as [string, unknown]])),
      );
    });

const bodyFor = (path: string): fc.Arbitrary<string | Uint8Array | undefined> =>
  fc.oneof(
    { weight: 5, arbitrary: soundBody(path).map((body) => JSON.stringify(body)) },
    { weight: 4, arbitrary: nearlySound(soundBody(path)).map((body) => JSON.stringify(body)) },
    { weight: 2, arbitrary: hostileBody },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

const escaped = (name: string): string => encodeURIComponent(name.toWellFormed());

const segment = (variable: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: (/namespace|type/.test(variable) ? someName : itemName).map(escaped) },
    { weight: 1, arbitrary: hostileText.map(escaped) },
  );

const filled = (pattern: string): fc.Arbitrary<string> => {
  const variables = pattern.match(/\{[^}]*\}/g) ?? [];
  return fc
    .tuple(...variables.map(segment))
    .map((names) =>
      variables.reduce((path, variable, index) => path.replace(variable, () => names[index] ?? ''), pattern),
    );
};

/** Valid, nearly valid and hostile requests to every route of the metadata definitions. */
export const metadefRequest: fc.Arbitrary<MetadefRequest> = fc.constantFrom(...PATHS).chain((pattern) =>
  fc
    .record({
      method: fc.constantFrom('POST', 'POST', 'PUT', 'PUT', 'DELETE', 'GET', 'PATCH'),
      path: filled(pattern),
      query: fc.constantFrom('', '', '', '?limit=1', '?resource_types=OS::A', '?resource_type=OS::A', '?sort_key=x'),
      body: bodyFor(pattern),
      append: fc.boolean(),
      chunked: fc.boolean(),
      asAdmin: fc.boolean(),
    })
    .map(({ query, body, append, path, ...request }) => ({
      ...request,
      path: path + query,
      ...(append && { headers: { 'X-Openstack-Append': 'True' } }),
      ...(body !== undefined && request.method !== 'GET' && { body }),
    })),
);
