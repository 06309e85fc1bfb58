import type { ImportRequest } from '../../../events/contracts/image-events.js';
import { badRequest } from '../../../http/http-problem.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { AskedImport } from '../commands/asked-import.js';
import { parseChecksum } from './checksum.js';

const METHODS: readonly ImportRequest['method'][] = ['glance-direct', 'web-download', 'copy-image', 'glance-download'];

/**
 * Reads the body of `POST /v2/images/{id}/import`. What it says is not compared with the image yet. Unknown keys are ignored.
 * @param storeHeader the header that names a store
 * @param enabledMethods names of the methods that the operator allows
 * @throws HttpProblem 400
 */
export function parseImportRequest(
  imageId: string,
  body: JsonObject,
  storeHeader: string | undefined,
  enabledMethods: readonly string[],
): AskedImport {
  const method = parseMethod(body, enabledMethods);
  const details = method.details;
  const allStores = optionalBoolean(body, 'all_stores') ?? false;
  const allStoresMustSucceed = optionalBoolean(body, 'all_stores_must_succeed') ?? true;
  return {
    imageId,
    method: method.name,
    uri: optionalText(details, 'uri'),
    checksum: parseChecksum(method.name, details['checksum'] ?? null),
    remoteImage: {
      region: optionalText(details, 'glance_region'),
      imageId: optionalText(details, 'glance_image_id'),
      interface: optionalText(details, 'glance_service_interface') ?? 'public',
    },
    stores: parseStores(body['stores'] ?? []),
    storeHeader: storeHeader || null,
    allStores,
    allStoresMustSucceed,
  };
}

function parseMethod(
  body: JsonObject,
  enabled: readonly string[],
): Readonly<{ name: ImportRequest['method']; details: JsonObject }> {
  const details = body['method'];
  if (details === undefined) throw badRequest("Import request requires a 'method' field.");
  if (!isObject(details)) throw badRequest("The field 'method' must be an object.");
  const given = details['name'];
  if (given === undefined) throw badRequest("Import request requires a 'name' field.");
  const name = METHODS.find((known) => known === given && enabled.includes(known));
  if (name === undefined)
    throw badRequest(`Unknown import method name '${typeof given === 'string' ? given : JSON.stringify(given)}'.`);
  return { name, details };
}

function optionalBoolean(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value !== undefined && typeof value !== 'boolean') throw badRequest(`'${name}' must be boolean value only`);
  return value;
}

function optionalText(details: JsonObject, name: string): string | null {
  const value = details[name] ?? null;
  if (value !== null && typeof value !== 'string') throw badRequest(`'${name}' must be a string.`);
  return value === '' ? null : value;
}

function parseStores(value: Json): readonly string[] {
  if (!Array.isArray(value)) throw badRequest("'stores' must be a list.");
  return value.map((store: Json) => {
    if (typeof store !== 'string') throw badRequest("'stores' must be a list of strings.");
    return store;
  });
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
