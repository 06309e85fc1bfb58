import type { Json, JsonObject } from '../../../kernel/json.js';
import { badRequest, unsupportedMediaType } from '../../../http/http-problem.js';
import { parseJsonPointer } from './json-pointer.js';

const V20 = 'application/openstack-images-v2.0-json-patch';
const V21 = 'application/openstack-images-v2.1-json-patch';
const OPS = ['add', 'replace', 'remove'] as const;

/** Version of the patch document; 2.0 names the operation by the member that holds the path. */
export type PatchVersion = '2.0' | '2.1';

/** One operation with its path split up. `value` is undefined exactly for `remove`. */
export type PatchOperation = Readonly<{ op: (typeof OPS)[number]; path: readonly string[]; value: Json | undefined }>;

/** @throws HttpProblem 415 when the request has neither of the two media types */
export function patchVersion(contentType: string | undefined): PatchVersion {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === V20) return '2.0';
  if (mediaType === V21) return '2.1';
  const detail = `Image PATCH expects Content-Type one of: ${V20}, ${V21}`;
  throw unsupportedMediaType(mediaType ?? '', detail, { 'accept-patch': `${V20}, ${V21}` });
}

/**
 * Reads the operations of a patch; what they mean for an image is not looked at here.
 * @throws HttpProblem 400 for what is no list of operations
 */
export function parsePatch(version: PatchVersion, document: Json): readonly PatchOperation[] {
  if (!Array.isArray(document)) throw badRequest('Request body must be a JSON array of operation objects.');
  return (document as readonly Json[]).map((element) => {
    if (!isObject(element)) throw badRequest('Operations must be JSON objects.');
    const [op, pointer] = version === '2.1' ? namedOperation(element) : keyedOperation(element);
    if (op !== 'remove' && element['value'] === undefined)
      throw badRequest(`Operation "${op}" requires a member named "value".`);
    return {
      op,
      path: mustHaveDepth(op, parseJsonPointer(pointer)),
      value: op === 'remove' ? undefined : element['value'],
    };
  });
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function namedOperation(element: JsonObject): readonly [PatchOperation['op'], string] {
  const { op: name, path } = element;
  if (name === undefined) throw badRequest('Unable to find "op" in JSON Schema change.');
  const op = OPS.find((known) => known === name);
  if (op === undefined)
    throw badRequest(`Invalid operation: ${JSON.stringify(name)}. It must be one of the following: ${OPS.join(', ')}.`);
  if (typeof path !== 'string') throw badRequest('Unable to find "path" in JSON Schema change.');
  return [op, path];
}

function keyedOperation(element: JsonObject): readonly [PatchOperation['op'], string] {
  const [op, ...others] = OPS.filter((known) => element[known] !== undefined);
  if (op === undefined)
    throw badRequest(`Operation objects must contain exactly one member named "${OPS.join('", "')}".`);
  if (others.length > 0) throw badRequest('Operation objects must contain only one operation.');
  const path = element[op];
  if (typeof path !== 'string') throw badRequest(`The path of operation "${op}" must be a string.`);
  return [op, path];
}

/** Everything lies on the top level, but single locations. */
function mustHaveDepth(op: PatchOperation['op'], path: readonly string[]): readonly string[] {
  const depth = path[0] === 'locations' && op !== 'replace' ? 2 : 1;
  if (path.length !== depth) throw badRequest('Invalid JSON pointer for this resource: unexpected number of segments');
  return path;
}
