import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ConfigError } from '../../../src/config/config-error.js';
import { parseCustomPropertySchemas, readCustomPropertySchemas } from '../../../src/config/image-schema-file.js';
import type { AppConfig } from '../../../src/config/app-config.js';
import { ImageSchema } from '../../../src/modules/images/http/schemas/image-schema.js';

const parse = (document: unknown) => parseCustomPropertySchemas(JSON.stringify(document), 'schema-image.json');
const text = { type: 'string' };

describe('schema-image.json', () => {
  it('types properties by name', () => {
    expect(parse({ a: text, b: { type: ['null', 'string'] }, c: { enum: ['x'] } })).toEqual({
      ...{ properties: { a: text, b: { type: ['null', 'string'] }, c: { enum: ['x'] } }, required: [] },
    });
  });

  it('or names beside them those that an image must have', () => {
    expect(parse({ properties: { a: text }, required: ['a'] })).toEqual({ properties: { a: text }, required: ['a'] });
    expect(parse({ properties: { a: text } })).toEqual({ properties: { a: text }, required: [] });
    expect(parse({ properties: text, required: text })).toMatchObject({ properties: { properties: text } });
  });

  it.each([
    [[], 'schema-image.json: expected an object'],
    [{ a: 5 }, 'schema-image.json: property "a": its schema must be an object'],
    [{ a: { type: 'integer' } }, 'schema-image.json: property "a": its type must be "string" or ["null", "string"]'],
    [{ a: { type: ['null'] } }, 'schema-image.json: property "a": its type must be "string"'],
    [{ properties: { a: text }, required: 'a' }, 'schema-image.json: "required" must be a list'],
  ])('is refused when it is wrong: %j', (document, message) => {
    expect(() => parse(document)).toThrow(ConfigError);
    expect(() => parse(document)).toThrow(message);
  });

  it('is refused or understood, whatever is in it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (content) => {
        try {
          parseCustomPropertySchemas(content, 'f');
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe('the image schema with properties of the operator', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hindsight-schema-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const build = (document: unknown): ImageSchema => {
    writeFileSync(join(folder, 'schema-image.json'), JSON.stringify(document));
    const formats = { container: ['bare'], disk: ['raw'], requireMatch: true };
    return new ImageSchema({ formats, properties: { folders: ['/nowhere', folder] } } as unknown as AppConfig);
  };

  it('comes from the first folder that has the file', () => {
    build({ a: text });
    expect(readCustomPropertySchemas(['/nowhere', folder]).file).toBe(join(folder, 'schema-image.json'));
    expect(readCustomPropertySchemas(['/nowhere'])).toEqual({ properties: {}, required: [], file: null });
  });

  it('knows which may be null, and asks for mandatory ones only of a whole image', () => {
    const schema = build({ properties: { a: { type: ['null', 'string'] }, b: text }, required: ['b'] });

    expect([...schema.nullable]).toEqual(['a']);
    expect(schema.validate({ a: null })).toMatch("'b' is a required property");
    expect(schema.validatePart({ a: null })).toBeNull();
  });

  it.each([
    [{ name: text }, 'property "name": images have a property of this name already'],
    [{ os_glance_x: text }, 'property "os_glance_x": the name is reserved'],
    [{ a: { type: 'string', pattern: '(' } }, 'property "a": Invalid regular expression'],
    [{ a: { type: 'string', maxLength: 'x' } }, 'property "a": schema is invalid'],
    [{ properties: { a: text }, required: ['b'] }, '"required" names "b", which is not among the properties'],
  ])('cannot be had from a file that does not fit: %j', (document, message) => {
    expect(() => build(document)).toThrow(ConfigError);
    expect(() => build(document)).toThrow(message);
  });
});
