import type { Json, JsonObject } from '../../../kernel/json.js';
import { badRequest, HttpProblem } from '../../../http/http-problem.js';
import type { ImageDescription } from '../domain/image.commands.js';
import type { ImageDocument } from './image-document.js';
import { isReserved, isWritableName, MAX_NAME_LENGTH, READ_ONLY, SELF_DESCRIBING } from './image-names.js';
import { mustBeRequirement, mustBeStorable } from './text-rules.js';

/** What a client asks for in `POST /v2/images`. `owner` is undefined when it did not say. */
type CreateImageBody = Readonly<{
  id: string | undefined;
  owner: string | null | undefined;
  description: Omit<ImageDescription, 'owner'>;
}>;

/**
 * Reads a create body in the order that clients see refusals: read-only names, schema, reserved names, values.
 * @param validate returns what is wrong with a document by the image schema, or null
 * @throws HttpProblem 400 or 403
 */
export function parseCreateBody(body: JsonObject, validate: (document: JsonObject) => string | null): CreateImageBody {
  const names = Object.keys(body);
  for (const name of names) if (SELF_DESCRIBING.has(name)) throw readOnly(name);
  mustMatchSchema(body, validate);
  for (const name of names) mustBeAllowedAtCreate(name);
  const document = body as ImageDocument;
  mustBeRequirement('min_disk', document.min_disk ?? 0);
  mustBeRequirement('min_ram', document.min_ram ?? 0);
  return { id: document.id, owner: document.owner, description: describe(document, customProperties(body)) };
}

/** @throws HttpProblem 400 */
export function mustMatchSchema(document: JsonObject, validate: (document: JsonObject) => string | null): void {
  const mismatch = validate(document);
  if (mismatch !== null) throw badRequest(mismatch);
}

function mustBeAllowedAtCreate(name: string): void {
  if (name.length > MAX_NAME_LENGTH)
    throw badRequest(`Property names can be no longer than ${String(MAX_NAME_LENGTH)} characters`);
  if (READ_ONLY.has(name)) throw readOnly(name);
  if (isReserved(name) || name === 'locations') throw reserved(name);
  mustBeStorable('property names', name);
}

export const readOnly = (name: string): HttpProblem => new HttpProblem(403, `Attribute '${name}' is read-only.`);
export const reserved = (name: string): HttpProblem => new HttpProblem(403, null, `Attribute '${name}' is reserved.`);

function describe(
  document: ImageDocument,
  properties: Readonly<Record<string, string>>,
): Omit<ImageDescription, 'owner'> {
  const tags = [...new Set(document.tags ?? [])];
  const name = document.name ?? null;
  for (const tag of tags) mustBeStorable('tags', tag);
  if (name !== null) mustBeStorable('the name', name);
  return {
    name,
    visibility: document.visibility ?? 'shared',
    protected: document.protected ?? false,
    hidden: document.os_hidden ?? false,
    diskFormat: document.disk_format ?? null,
    containerFormat: document.container_format ?? null,
    minDiskGb: document.min_disk ?? 0,
    minRamMb: document.min_ram ?? 0,
    properties,
    tags,
  };
}

/** The schema has seen to it that they are texts, or null where the operator allows it. */
function customProperties(body: JsonObject): Readonly<Record<string, string>> {
  const names = Object.keys(body).filter((name) => !isWritableName(name) && name !== 'id');
  const custom = names.map((name): readonly [string, string] => [name, storedText(body[name])]);
  for (const [, value] of custom) mustBeStorable('property values', value);
  return Object.fromEntries(custom);
}

/** Null is stored as an empty text. */
export const storedText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
