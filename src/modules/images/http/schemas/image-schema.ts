import { Inject, Injectable } from '@nestjs/common';
import { Ajv } from 'ajv';
import { APP_CONFIG } from '../../../../config/app-config.js';
import type { AppConfig } from '../../../../config/app-config.js';
import { ConfigError } from '../../../../config/config-error.js';
import { readCustomPropertySchemas } from '../../../../config/image-schema-file.js';
import type { CustomPropertySchemas } from '../../../../config/image-schema-file.js';
import type { JsonObject } from '../../../../kernel/json.js';
import { describeMismatch } from '../../../../http/schema-mismatch.js';
import { isReserved } from '../image-names.js';
import { imageProperties } from './image-properties.js';
import { imageSchemaDocument } from './served-schema.js';

type Validate = (document: JsonObject) => string | null;

/** The schema of an image in this deployment: what clients are told, and what their documents are held against. */
@Injectable()
export class ImageSchema {
  /** As served. */
  readonly document: JsonObject;

  /** @returns what is wrong with the whole of a new image, or null */
  readonly validate: Validate;

  /** @returns what is wrong with some properties of an image, or null: others may be missing */
  readonly validatePart: Validate;

  /** Custom properties that may be null. They are stored as empty texts. */
  readonly nullable: ReadonlySet<string>;

  /** @throws ConfigError when the operator's schemas of custom properties cannot be used */
  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    const base = imageProperties(config.formats);
    const custom = readCustomPropertySchemas(config.properties.folders);
    mustFit(custom, base);
    this.document = imageSchemaDocument({ ...base, ...markedCustom(custom) }, custom.required);
    this.nullable = new Set(Object.keys(custom.properties).filter((name) => isNullable(custom.properties[name])));
    this.validate = compile(this.document, custom.required);
    this.validatePart = custom.required.length === 0 ? this.validate : compile(this.document, []);
  }
}

const isNullable = (schema: CustomPropertySchemas['properties'][string] | undefined): boolean =>
  Array.isArray(schema?.['type']) && schema['type'].includes('null');

/** Clients tell by the mark that these are none of the API's own. */
const markedCustom = ({ properties }: CustomPropertySchemas): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, { type: 'string', ...schema, is_base: false }]),
  );

/** @throws ConfigError */
function mustFit({ properties, required, file }: CustomPropertySchemas, base: JsonObject): void {
  const problems = Object.keys(properties).flatMap((name) => {
    if (Object.hasOwn(base, name)) return [`property "${name}": images have a property of this name already`];
    if (isReserved(name)) return [`property "${name}": the name is reserved`];
    const problem = schemaProblem(properties[name] ?? {});
    return problem === null ? [] : [`property "${name}": ${problem}`];
  });
  const unknown = required.filter((name) => !Object.hasOwn(properties, name) && !Object.hasOwn(base, name));
  problems.push(...unknown.map((name) => `"required" names "${name}", which is not among the properties`));
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${file ?? ''}: ${problem}`));
}

function schemaProblem(schema: object): string | null {
  try {
    newAjv().compile(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : 'it is no JSON schema';
  }
}

/** Operators' schemas may hold words of their own, and patterns that are no Unicode ones. */
const newAjv = (): Ajv =>
  new Ajv({ allowUnionTypes: true, verbose: true, strict: false, unicodeRegExp: false, logger: false });

function compile({ properties, additionalProperties }: JsonObject, required: readonly string[]): Validate {
  const matches = newAjv().compile({ type: 'object', properties, additionalProperties, required });
  return (document) => {
    if (matches(document)) return null;
    const [error] = matches.errors ?? [];
    return error === undefined ? null : describeMismatch('image', error);
  };
}
