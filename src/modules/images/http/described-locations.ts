import { sameJson } from '../../../kernel/json-equality.js';
import type { JsonObject } from '../../../kernel/json.js';
import type { PatchOperation } from './patch-document.js';

/**
 * Shows the locations of an image in the answer to a patch with all that it said of them, also what is not kept: Glance gives
 * the `validation_data` back, and whatever else there was, this once.
 * @param image as clients see it after the patch
 * @param operations after the image schema has accepted their values
 */
export function withDescriptions(image: JsonObject, operations: readonly PatchOperation[]): JsonObject {
  const descriptions = operations.filter(({ path }) => path[0] === 'locations').flatMap(describedBy);
  const known = image['locations'] as readonly JsonObject[] | undefined;
  if (known === undefined || descriptions.length === 0) return image;
  return { ...image, locations: known.map((location) => described(location, descriptions)) };
}

const describedBy = ({ op, value }: PatchOperation): readonly JsonObject[] => {
  if (op === 'remove') return [];
  return (op === 'add' ? [value] : value) as readonly JsonObject[];
};

function described(location: JsonObject, descriptions: readonly JsonObject[]): JsonObject {
  const said = descriptions.findLast((description) => isOf(description, location));
  if (said === undefined) return location;
  return { ...without(said, 'id', 'status'), ...location };
}

/** Stores stand in the metadata only as they are shown. */
const isOf = (description: JsonObject, location: JsonObject): boolean =>
  description['url'] === location['url'] && sameJson(withoutStore(description), withoutStore(location));

const withoutStore = ({ metadata }: JsonObject): JsonObject => without(metadata as JsonObject, 'store');

const without = (document: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
