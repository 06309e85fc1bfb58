import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type {
  MetadefAssociation,
  MetadefObject,
  MetadefProperty,
  NamespaceContent,
  NamespaceHeader,
} from '../../../events/contracts/metadef-content.js';
import { badRequest, HttpProblem } from '../../../http/http-problem.js';
import { describeMismatch } from '../../../http/schema-mismatch.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import { isStorable } from '../../../kernel/storable-text.js';
import {
  parseAssociation,
  parseContent,
  parseHeader,
  parseName,
  parseObject,
  parseProperty,
  parseTags,
} from './namespace.body.js';
import { METADEF_SCHEMAS } from './schemas/metadef-schemas.js';

type Kind = 'namespace' | 'object' | 'property' | 'tag' | 'resource_type';

const READ_ONLY: Readonly<Record<Kind, readonly string[]>> = {
  namespace: ['self', 'schema', 'created_at', 'updated_at'],
  object: ['self', 'schema', 'created_at', 'updated_at'],
  property: ['created_at', 'updated_at'],
  tag: ['created_at', 'updated_at'],
  resource_type: ['created_at', 'updated_at'],
};

/** In the body of several tags nothing is said but their names. */
const TAGS: JsonObject = {
  properties: {
    tags: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: { type: 'string' } },
        required: ['name'],
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
  required: ['tags'],
};

/**
 * Reads what clients send: held against its schema first, then parsed. What each schema needs is prepared when it is first asked for.
 * All throw HttpProblem: 403 for what only the server sets, 400 for what does not fit the schema or cannot be kept.
 */
export class MetadefBodies {
  private readonly ajv = new Ajv({ strict: false, validateFormats: false, verbose: true });
  private readonly prepared = new Map<string, ValidateFunction>();

  /** @param owner of a namespace whose body names none; null: the caller has no project */
  namespaceHeader(body: JsonObject, owner: string | null): NamespaceHeader {
    return parseHeader(this.checked('namespace', body), owner);
  }

  namespaceWithContent(
    body: JsonObject,
    owner: string | null,
  ): Readonly<{ header: NamespaceHeader; content: NamespaceContent }> {
    const checked = this.checked('namespace', body);
    return { content: parseContent(checked), header: parseHeader(checked, owner) };
  }

  object(body: JsonObject): MetadefObject {
    return parseObject(this.checked('object', body));
  }

  property(body: JsonObject): MetadefProperty {
    return parseProperty(this.checked('property', body));
  }

  association(body: JsonObject): MetadefAssociation {
    return parseAssociation(this.checked('resource_type', body));
  }

  tagName(body: JsonObject): string {
    return parseName(this.checked('tag', body));
  }

  tagNames(body: JsonObject): readonly string[] {
    return parseTags(this.validated('tags', TAGS, body));
  }

  private checked(kind: Kind, body: JsonObject): JsonObject {
    const readOnly = READ_ONLY[kind].find((name) => Object.hasOwn(body, name));
    if (readOnly !== undefined) throw new HttpProblem(403, `Attribute '${readOnly}' is read-only.`);
    return this.validated(METADEF_SCHEMAS[kind].name, METADEF_SCHEMAS[kind], body);
  }

  private validated(name: string, schema: JsonObject, body: JsonObject): JsonObject {
    let validate = this.prepared.get(name);
    if (validate === undefined) {
      validate = this.ajv.compile({ ...schema, type: 'object' });
      this.prepared.set(name, validate);
    }
    if (!validate(body)) {
      const [error] = validate.errors ?? [];
      throw badRequest(error === undefined ? 'The body is invalid.' : describeMismatch(name, error));
    }
    mustBeStorable(body);
    return body;
  }
}

function mustBeStorable(value: Json): void {
  if (typeof value === 'string' && !isStorable(value)) {
    throw badRequest('Metadata definitions cannot contain NUL or 4 byte unicode characters.');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    mustBeStorable(name);
    mustBeStorable(member);
  }
}
