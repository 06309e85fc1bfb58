import type { Json, JsonObject } from '../../../kernel/json.js';
import { badRequest, HttpProblem } from '../../../http/http-problem.js';
import type { DescribedLocationChange } from '../commands/change-image.handler.js';
import type { ImageChange } from '../domain/image.commands.js';
import { mustMatchSchema, readOnly, reserved, storedText } from './create-image.body.js';
import type { ImageDocument } from './image-document.js';
import { isReserved, isWritableName, MAX_NAME_LENGTH, READ_ONLY } from './image-names.js';
import type { WritableName } from './image-names.js';
import { toLocationChange } from './location-changes.js';
import type { PatchOperation, PatchVersion } from './patch-document.js';
import { mustBeRequirement, mustBeStorable } from './text-rules.js';

/** The steps of one change. */
type PatchedImage = Readonly<{ changes: readonly ImageChange[]; locations: readonly DescribedLocationChange[] }>;

/**
 * Translates a patch into the steps of one change. The whole document is checked before the first step is made.
 * @param validate returns what is wrong with a document by the image schema, or null
 * @throws HttpProblem 400, 403 or 409
 */
export function toImageChanges(
  version: PatchVersion,
  operations: readonly PatchOperation[],
  validate: (document: JsonObject) => string | null,
): PatchedImage {
  for (const operation of operations) mustBeAllowed(operation, validate);
  const [ofLocations, others] = [
    operations.filter(concernsLocations),
    operations.filter((it) => !concernsLocations(it)),
  ];
  return {
    changes: others.map((operation) => toChange(version, operation)),
    locations: ofLocations.map(toLocationChange),
  };
}

const concernsLocations = (operation: PatchOperation): boolean => nameOf(operation) === 'locations';

const nameOf = (operation: PatchOperation): string => operation.path[0] ?? '';

function mustBeAllowed(operation: PatchOperation, validate: (document: JsonObject) => string | null): void {
  const name = nameOf(operation);
  if (READ_ONLY.has(name) || name === 'id') throw readOnly(name);
  if (isReserved(name)) throw reserved(name);
  if (name.length > MAX_NAME_LENGTH)
    throw badRequest(`Property names can be no longer than ${String(MAX_NAME_LENGTH)} characters`);
  if (operation.value !== undefined) mustMatchSchema({ [name]: schemaValue(operation, operation.value) }, validate);
}

/** Of locations, one is added; the schema knows only all of them. */
const schemaValue = (operation: PatchOperation, value: Json): Json =>
  concernsLocations(operation) && operation.op === 'add' ? [value] : value;

function toChange(version: PatchVersion, operation: PatchOperation): ImageChange {
  const name = nameOf(operation);
  if (isWritableName(name)) return baseChange(version, operation, name);
  if (operation.op === 'remove') return { kind: 'remove_property', name };
  const value = storedText(operation.value);
  mustBeStorable('property names', name);
  mustBeStorable('property values', value);
  return { kind: 'set_property', name, value, when: precondition(version, operation.op) };
}

function precondition(version: PatchVersion, op: 'add' | 'replace'): 'any' | 'absent' | 'present' {
  if (op === 'replace') return 'present';
  return version === '2.0' ? 'absent' : 'any';
}

function baseChange(version: PatchVersion, operation: PatchOperation, name: WritableName): ImageChange {
  if (operation.op === 'remove') throw new HttpProblem(403, null, `Property ${name} may not be removed.`);
  if (operation.op === 'add' && version === '2.0')
    throw new HttpProblem(409, null, `Property ${name} already present.`);
  const document = { [name]: operation.value } as ImageDocument;
  if (name === 'min_disk' || name === 'min_ram') mustBeRequirement(name, document[name] ?? 0);
  if (name === 'name' && document.name != null) mustBeStorable('the name', document.name);
  for (const tag of document.tags ?? []) mustBeStorable('tags', tag);
  return FIELD_CHANGES[name](document);
}

/** How a base property of the document becomes a step; the schema has checked the types before. */
const FIELD_CHANGES: Readonly<Record<WritableName, (document: ImageDocument) => ImageChange>> = {
  owner: ({ owner }) => ({ kind: 'set_field', field: 'owner', value: owner === '' ? null : (owner ?? null) }),
  name: ({ name }) => ({ kind: 'set_field', field: 'name', value: name ?? null }),
  visibility: ({ visibility }) => ({ kind: 'set_field', field: 'visibility', value: visibility ?? 'shared' }),
  protected: (document) => ({ kind: 'set_field', field: 'protected', value: document.protected ?? false }),
  os_hidden: ({ os_hidden }) => ({ kind: 'set_field', field: 'hidden', value: os_hidden ?? false }),
  disk_format: ({ disk_format }) => ({ kind: 'set_field', field: 'diskFormat', value: disk_format ?? null }),
  container_format: ({ container_format }) => ({
    kind: 'set_field',
    field: 'containerFormat',
    value: container_format ?? null,
  }),
  min_disk: ({ min_disk }) => ({ kind: 'set_field', field: 'minDiskGb', value: min_disk ?? 0 }),
  min_ram: ({ min_ram }) => ({ kind: 'set_field', field: 'minRamMb', value: min_ram ?? 0 }),
  tags: ({ tags }) => ({ kind: 'set_field', field: 'tags', value: tags ?? [] }),
};
