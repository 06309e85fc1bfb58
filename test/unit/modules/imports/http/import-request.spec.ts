import fc from 'fast-check';
import { HttpProblem } from '../../../../../src/http/http-problem.js';
import type { JsonObject } from '../../../../../src/kernel/json.js';
import { parseImportRequest } from '../../../../../src/modules/imports/http/import-request.js';

const METHODS = ['glance-direct', 'web-download', 'copy-image', 'glance-download'];

const parse = (body: unknown, header?: string, enabled: readonly string[] = METHODS) =>
  parseImportRequest('i1', body as JsonObject, header, enabled);

const refusalOf = (body: unknown, enabled?: readonly string[]): readonly [number, string] | null => {
  try {
    parse(body, undefined, enabled);
    return null;
  } catch (error) {
    if (error instanceof HttpProblem) return [error.status, error.explanation ?? ''];
    throw error;
  }
};

describe('the body of an import', () => {
  it('needs no more than a method', () => {
    expect(parse({ method: { name: 'glance-direct' } })).toEqual({
      imageId: 'i1',
      method: 'glance-direct',
      uri: null,
      checksum: null,
      remoteImage: { region: null, imageId: null, interface: 'public' },
      stores: [],
      storeHeader: null,
      allStores: false,
      allStoresMustSucceed: true,
    });
  });

  it('says what is fetched, where it goes, and what happens when that fails', () => {
    const value = 'AB'.repeat(32);
    const body = {
      method: { name: 'web-download', uri: 'http://u:p@host/a', checksum: { algorithm: 'sha256', value } },
      stores: ['fast', 'slow'],
      all_stores: true,
      all_stores_must_succeed: false,
      unknown: 1,
    };
    expect(parse(body, 'slow')).toMatchObject({
      method: 'web-download',
      uri: 'http://u:p@host/a',
      checksum: { algorithm: 'sha256', value: value.toLowerCase() },
      stores: ['fast', 'slow'],
      storeHeader: 'slow',
      allStores: true,
      allStoresMustSucceed: false,
    });
  });

  it('names the image of another service', () => {
    const method = {
      name: 'glance-download',
      glance_region: 'R2',
      glance_image_id: 'x',
      glance_service_interface: 'admin',
    };
    expect(parse({ method }).remoteImage).toEqual({ region: 'R2', imageId: 'x', interface: 'admin' });
    expect(parse({ method: { name: 'glance-download' } }).remoteImage.interface).toBe('public');
  });

  it('may name an interface that no service has: the task will find that out', () => {
    const method = { name: 'glance-download', glance_service_interface: 'not an interface' };
    expect(parse({ method }).remoteImage.interface).toBe('not an interface');
  });

  it.each([
    [{}, "Import request requires a 'method' field."],
    [{ method: 'glance-direct' }, "The field 'method' must be an object."],
    [{ method: null }, "The field 'method' must be an object."],
    [{ method: [] }, "The field 'method' must be an object."],
    [{ method: {} }, "Import request requires a 'name' field."],
    [{ method: { name: 'nope' } }, "Unknown import method name 'nope'."],
    [{ method: { name: 7 } }, "Unknown import method name '7'."],
    [{ method: { name: 'copy-image' }, all_stores: 'yes' }, "'all_stores' must be boolean value only"],
    [{ method: { name: 'copy-image' }, all_stores: null }, "'all_stores' must be boolean value only"],
    [
      { method: { name: 'copy-image' }, all_stores_must_succeed: 1 },
      "'all_stores_must_succeed' must be boolean value only",
    ],
    [{ method: { name: 'copy-image' }, stores: 'fast' }, "'stores' must be a list."],
    [{ method: { name: 'copy-image' }, stores: [1] }, "'stores' must be a list of strings."],
    [{ method: { name: 'web-download', uri: 1 } }, "'uri' must be a string."],
    [
      { method: { name: 'glance-download', glance_service_interface: 5 } },
      "'glance_service_interface' must be a string.",
    ],
  ])('%j is refused: %s', (body, reason) => {
    expect(refusalOf(body)).toEqual([400, expect.stringContaining(reason)]);
  });

  it('may use only the methods that are enabled', () => {
    const reason = [400, "Unknown import method name 'copy-image'."];
    expect(refusalOf({ method: { name: 'copy-image' } }, ['glance-direct'])).toEqual(reason);
  });

  it('complains of the method before the stores', () => {
    expect(refusalOf({ method: { name: 'nope' }, all_stores: 'yes' })?.[1]).toContain('nope');
  });

  it.each([
    ['text', 'must be an object'],
    [{ algorithm: 'sha1', value: 'a'.repeat(40) }, 'must be one of: md5, sha256, sha512'],
    [{ value: 'a'.repeat(32) }, 'must be one of'],
    [{ algorithm: 'md5' }, 'must have 32 hexadecimal digits'],
    [{ algorithm: 'md5', value: 'a'.repeat(31) }, 'must have 32 hexadecimal digits'],
    [{ algorithm: 'sha512', value: 'g'.repeat(128) }, 'must have 128 hexadecimal digits'],
  ])('with the checksum %j is refused', (checksum, reason) => {
    const method = { name: 'web-download', uri: 'http://host/a', checksum };
    expect(refusalOf({ method })).toEqual([400, expect.stringContaining(reason)]);
  });

  it('has no checksum where nothing would compare it', () => {
    const checksum = { algorithm: 'md5', value: 'a'.repeat(32) };
    const [status, reason] = refusalOf({ method: { name: 'glance-direct', checksum } }) ?? [];
    expect([status, reason]).toEqual([400, expect.stringContaining('web-download')]);
  });

  it('is understood or refused with 400, whatever it is', () => {
    const text = fc.oneof(fc.constantFrom(...METHODS), fc.jsonValue());
    const names = ['name', 'uri', 'checksum', 'glance_region', 'glance_image_id', '__proto__'];
    const method = fc.dictionary(fc.constantFrom(...names), text);
    const others = ['stores', 'all_stores', 'all_stores_must_succeed', 'toString'];
    const body = fc.record({
      method: fc.oneof(method, fc.jsonValue()),
      rest: fc.dictionary(fc.constantFrom(...others), fc.jsonValue()),
    });
    fc.assert(
      fc.property(body, ({ method: given, rest }) => {
        expect([null, 400]).toContain(refusalOf({ method: given, ...rest })?.[0] ?? null);
      }),
    );
  });
});
