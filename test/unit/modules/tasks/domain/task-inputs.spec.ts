import fc from 'fast-check';
import { parseCloneInput } from '../../../../../src/modules/tasks/domain/inputs/clone-input.js';
import { parseExportInput } from '../../../../../src/modules/tasks/domain/inputs/export-input.js';
import { importSource, parseImportInput } from '../../../../../src/modules/tasks/domain/inputs/import-input.js';
import type { TaskInput } from '../../../../../src/modules/tasks/domain/task.commands.js';
import { TaskInputInvalid } from '../../../../../src/modules/tasks/domain/task.errors.js';

const IMAGE_ID = '11111111-2222-4333-8444-555555555555';

const refusalOf = (parse: () => unknown): string => {
  try {
    parse();
  } catch (error) {
    if (error instanceof TaskInputInvalid) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('the input of an import', () => {
  const complete = { import_from: 'https://host/a', import_from_format: 'qcow2', image_properties: { name: 'x' } };

  it('says where the data is and what the image is like', () => {
    expect(parseImportInput(complete)).toEqual({ source: 'https://host/a', imageProperties: { name: 'x' } });
  });

  it.each(['import_from', 'import_from_format', 'image_properties'])('must have %s', (field) => {
    const incomplete: TaskInput = { ...complete, [field]: undefined };
    expect(refusalOf(() => parseImportInput(incomplete))).toBe(`Input does not contain '${field}' field`);
  });

  it('shows by its source alone whether it can be accepted', () => {
    expect(importSource({ import_from: 'HTTP://host/a' })).toBe('HTTP://host/a');
  });

  it.each([
    ['file:///etc/passwd', 'File based imports are not allowed'],
    ['FILE:/etc/passwd', 'File based imports are not allowed'],
    ['filesystem:///etc/passwd', 'File based imports are not allowed'],
    ['swift://a/b', 'not valid'],
    ['host/a', 'not valid'],
    ['', 'not empty'],
    [7, 'must be a text'],
    [{ a: 1 }, 'must be a text'],
  ])('does not come from %j', (source, reason) => {
    expect(refusalOf(() => importSource({ import_from: source }))).toContain(reason);
  });
});

describe('the input of an export', () => {
  it('names an image and a store', () => {
    expect(parseExportInput({ image_id: IMAGE_ID, destination: { store: 'slow' } })).toEqual({
      imageId: IMAGE_ID,
      destination: { kind: 'store', store: 'slow' },
      diskFormat: null,
    });
  });

  it.each(['http://host/a', 'https://host/a', 's3://bucket/key'])('names an image and the URL %s', (url) => {
    expect(parseExportInput({ image_id: IMAGE_ID, destination: { url }, disk_format: 'qcow2' })).toEqual({
      imageId: IMAGE_ID,
      destination: { kind: 'url', url },
      diskFormat: 'qcow2',
    });
  });

  it.each([
    [{}, "Input does not contain 'image_id' field"],
    [{ image_id: 'x' }, "'image_id' must be a UUID"],
    [{ image_id: IMAGE_ID }, "Input does not contain 'destination' field"],
    [{ image_id: IMAGE_ID, destination: 'slow' }, "'destination' must be an object"],
    [{ image_id: IMAGE_ID, destination: [] }, "'destination' must be an object"],
    [{ image_id: IMAGE_ID, destination: {} }, "The destination must have either 'store' or 'url'"],
    [
      { image_id: IMAGE_ID, destination: { store: 'a', url: 'http://b' } },
      "The destination must have either 'store' or 'url'",
    ],
    [{ image_id: IMAGE_ID, destination: { path: '/' } }, "The destination has an unknown field 'path'"],
    [{ image_id: IMAGE_ID, destination: { url: 'file:///tmp/x' } }, "'url' must be an http://, https:// or s3:// URL"],
    [
      { image_id: IMAGE_ID, destination: { store: 'a' }, disk_format: 'vdi' },
      "'disk_format' must be one of: raw, qcow2, vmdk",
    ],
    [{ image_id: IMAGE_ID, destination: { store: 'a' }, extra: 1 }, "Input has an unknown field 'extra'"],
  ])('%j is refused: %s', (input, reason) => {
    expect(refusalOf(() => parseExportInput(input))).toBe(reason);
  });
});

describe('the input of a clone', () => {
  it('needs nothing but an image', () => {
    expect(parseCloneInput({ image_id: IMAGE_ID })).toEqual({
      imageId: IMAGE_ID,
      name: undefined,
      properties: {},
      visibility: null,
      store: null,
    });
  });

  it('may say what is different about the new image', () => {
    const wishes = { name: null, properties: { os_type: 'linux' }, visibility: 'private', store: 'slow' };
    expect(parseCloneInput({ image_id: IMAGE_ID, ...wishes })).toEqual({ imageId: IMAGE_ID, ...wishes });
  });

  it.each([
    [{ name: 7 }, "'name' must be a text of no more than 255 characters"],
    [{ name: 'x'.repeat(256) }, "'name' must be a text of no more than 255 characters"],
    [{ properties: [] }, "'properties' must be an object"],
    [{ properties: { a: 1 } }, "The property 'a' must be a text"],
    [{ properties: { os_glance_import_task: 'x' } }, "Attribute 'os_glance_import_task' is reserved."],
    [{ properties: { locations: 'u' } }, "Attribute 'locations' is reserved."],
    [{ properties: { visibility: 'public' } }, "Attribute 'visibility' is reserved."],
    [{ name: 'a\0b' }, "Characters outside of the Basic Multilingual Plane are not allowed in 'name'"],
    [
      { properties: { a: '\u{1F600}' } },
      "Characters outside of the Basic Multilingual Plane are not allowed in 'properties'",
    ],
    [{ properties: { '': 'x' } }, 'Property names must have from 1 to 255 characters'],
    [{ visibility: 'secret' }, "'visibility' must be one of: public, community, shared, private"],
    [{ store: 3 }, "'store' must be a text that is not empty"],
    [{ owner: 'me' }, "Input has an unknown field 'owner'"],
  ])('%j is refused: %s', (wishes, reason) => {
    expect(refusalOf(() => parseCloneInput({ image_id: IMAGE_ID, ...wishes }))).toBe(reason);
  });
});

describe('any input', () => {
  const field = fc.constantFrom(
    ...['image_id', 'destination', 'disk_format', 'name', 'properties', 'visibility', 'store', 'import_from'],
    ...['import_from_format', 'image_properties', '__proto__', 'constructor'],
  );
  const input = fc.dictionary(fc.oneof(field, fc.string()), fc.oneof(fc.constant(IMAGE_ID), fc.jsonValue()));

  it.each([
    ['import', parseImportInput],
    ['export', parseExportInput],
    ['clone', parseCloneInput],
  ])('of type %s is understood, or refused for what is wrong with it', (_type, parse) => {
    fc.assert(
      fc.property(input, (document) => {
        expect(refusalOf(() => parse(document))).toEqual(expect.any(String));
      }),
    );
  });
});
