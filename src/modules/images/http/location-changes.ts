import { badRequest } from '../../../http/http-problem.js';
import type { Json, JsonObject } from '../../../kernel/json.js';
import type { DescribedLocationChange } from '../commands/change-image.handler.js';
import type { DescribedLocation } from '../commands/known-data.finder.js';
import type { PatchOperation } from './patch-document.js';

/** A location as a client sends it, after the image schema has accepted it. */
type LocationDocument = Readonly<{
  url: string;
  metadata: JsonObject;
  validation_data?: Readonly<{ checksum?: string; os_hash_algo: string; os_hash_value: string }>;
}>;

/** Deeper metadata is nothing that anybody reads. */
const MAX_METADATA_DEPTH = 32;

/**
 * Translates an operation on `/locations` whose value has the form of the image schema.
 * @throws HttpProblem 400
 */
export function toLocationChange({ op, path, value }: PatchOperation): DescribedLocationChange {
  switch (op) {
    case 'add':
      return {
        kind: 'add_location',
        position: toPosition(path, 'adding'),
        location: describe(value as LocationDocument),
      };
    case 'remove':
      return { kind: 'remove_location', position: toPosition(path, 'removing') };
    case 'replace':
      return { kind: 'replace_locations', locations: (value as readonly LocationDocument[]).map(describe) };
  }
}

function toPosition([, text = '']: readonly string[], action: string): number | null {
  if (text === '-') return null;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`Invalid position for ${action} a location.`);
  return Number(text);
}

function describe({ url, metadata, validation_data: validation }: LocationDocument): DescribedLocation {
  mustBeTexts(metadata, MAX_METADATA_DEPTH);
  if (validation === undefined) return { url, metadata, digest: null };
  const { checksum = null, os_hash_algo: hashAlgorithm, os_hash_value: hashValue } = validation;
  return { url, metadata, digest: { checksum, hashAlgorithm, hashValue } };
}

/** Stores understand nothing but texts, in lists and objects. */
function mustBeTexts(value: Json, depth: number): void {
  if (typeof value === 'string') return;
  if (depth === 0 || typeof value !== 'object' || value === null)
    throw badRequest('The metadata of a location must be texts, in lists and objects.');
  for (const part of Object.values(value) as readonly Json[]) mustBeTexts(part, depth - 1);
}
