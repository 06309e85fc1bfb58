import { badRequest } from '../../../http/http-problem.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { AskedLocation } from '../commands/add-location.handler.js';

const ALGORITHMS = ['sha1', 'sha256', 'sha512', 'md5'];
const MAX_URL_LENGTH = 4096;

/**
 * Reads the body of `POST /v2/images/{id}/locations`. Unknown keys beside `url` and `validation_data` are ignored.
 * @throws HttpProblem 400
 */
export function parseLocationRequest(imageId: string, body: JsonObject): AskedLocation {
  const { url, validation_data: validation = {} } = body;
  if (typeof url !== 'string') throw badRequest("A location requires a 'url', which is a string.");
  if (url.length > MAX_URL_LENGTH)
    throw badRequest(`A URL can be no longer than ${String(MAX_URL_LENGTH)} characters.`);
  return { imageId, url, expected: parseValidation(validation) };
}

function parseValidation(value: Json): AskedLocation['expected'] {
  if (!isObject(value)) throw badRequest("'validation_data' must be an object.");
  const { os_hash_algo: hashAlgorithm, os_hash_value: hashValue, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw badRequest(`'validation_data' has no key '${unknown}'.`);
  if (hashAlgorithm === undefined && hashValue === undefined) return null;
  if (typeof hashAlgorithm !== 'string' || !ALGORITHMS.includes(hashAlgorithm))
    throw badRequest(`'os_hash_algo' must be one of: ${ALGORITHMS.join(', ')}.`);
  if (typeof hashValue !== 'string') throw badRequest("'os_hash_value' must be a string.");
  return { hashAlgorithm, hashValue: hashValue.toLowerCase() };
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
