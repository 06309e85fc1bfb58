import { Inject, Injectable } from '@nestjs/common';
import { Ajv } from 'ajv';
import { APP_CONFIG } from '../../../../config/app-config.js';
import type { AppConfig } from '../../../../config/app-config.js';
import type { JsonObject } from '../../../../kernel/json.js';
import { imageProperties } from './image-properties.js';
import { describeMismatch } from '../../../../http/schema-mismatch.js';
import { imageSchemaDocument } from './served-schema.js';

/** The schema of an image in this deployment: what clients are told, and what their documents are held against. */
@Injectable()
export class ImageSchema {
  /** As served. */
  readonly document: JsonObject;

  /** @returns what is wrong with a document, or null */
  readonly validate: (document: JsonObject) => string | null;

  constructor(@Inject(APP_CONFIG) config: AppConfig) {
    this.document = imageSchemaDocument(imageProperties(config.formats));
    this.validate = compile(this.document);
  }
}

function compile({ properties, additionalProperties }: JsonObject): (document: JsonObject) => string | null {
  const ajv = new Ajv({ allowUnionTypes: true, verbose: true });
  const matches = ajv.compile({ type: 'object', properties, additionalProperties });
  return (document) => {
    if (matches(document)) return null;
    const [error] = matches.errors ?? [];
    return error === undefined ? null : describeMismatch('image', error);
  };
}
