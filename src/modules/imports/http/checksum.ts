import type { ImportRequest } from '../../../events/contracts/image-events.js';
import { badRequest } from '../../../http/http-problem.js';
import type { Json } from '../../../kernel/json.js';

type Checksum = NonNullable<ImportRequest['checksum']>;

const HEX_DIGITS: Readonly<Record<Checksum['algorithm'], number>> = { md5: 32, sha256: 64, sha512: 128 };
const ALGORITHMS: readonly Checksum['algorithm'][] = ['md5', 'sha256', 'sha512'];

/**
 * What the downloaded data must hash to: `{"algorithm": "sha256", "value": "<hex>"}`, an addition to what Glance knows.
 * @throws HttpProblem 400
 */
export function parseChecksum(method: ImportRequest['method'], value: Json): Checksum | null {
  if (value === null) return null;
  if (method !== 'web-download') throw badRequest("A 'checksum' can only be given with web-download.");
  if (!isObject(value)) throw badRequest("The 'checksum' must be an object.");
  const algorithm = ALGORITHMS.find((known) => known === value['algorithm']);
  if (algorithm === undefined)
    throw badRequest(`The algorithm of the checksum must be one of: ${ALGORITHMS.join(', ')}.`);
  const hex = value['value'];
  if (typeof hex !== 'string' || hex.length !== HEX_DIGITS[algorithm] || !/^[0-9a-f]+$/i.test(hex))
    throw badRequest(`The value of the checksum must have ${String(HEX_DIGITS[algorithm])} hexadecimal digits.`);
  return { algorithm, value: hex.toLowerCase() };
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
