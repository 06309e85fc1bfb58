import type { ImageDetails } from '../projections/images/image-details.read-model.js';
import { differences } from './field-changes.js';
import type { FieldChange } from './field-changes.js';

/** Which differences two states of an image show, under the names that the Image API uses. */
const changesBetween = (before: ImageDetails | null, after: ImageDetails | null): readonly FieldChange[] =>
  differences(fieldsOf(before), fieldsOf(after));

/** An image that is not there any more differs from what it was by its status alone: the rest went with it. */
export function changesOf(before: ImageDetails | null, after: ImageDetails | null): readonly FieldChange[] {
  if (before !== null && after === null) return [{ field: 'status', from: before.status, to: 'deleted' }];
  return changesBetween(before, after);
}

function fieldsOf(image: ImageDetails | null): ReadonlyMap<string, unknown> {
  if (image === null) return new Map();
  return new Map<string, unknown>([
    ['status', image.status],
    ['name', image.name],
    ['owner', image.owner],
    ['visibility', image.visibility],
    ['protected', image.protected],
    ['os_hidden', image.hidden],
    ['disk_format', image.diskFormat],
    ['container_format', image.containerFormat],
    ['min_disk', image.minDiskGb],
    ['min_ram', image.minRamMb],
    ['size', image.sizeBytes],
    ['virtual_size', image.virtualSizeBytes],
    ['checksum', image.checksum],
    ['os_hash_algo', image.hashAlgorithm],
    ['os_hash_value', image.hashValue],
    ['tags', listOf(image.tags)],
    ['scrub_after', image.scrubAfter],
    ['upload', image.uploadId],
    ['import_task', image.importTaskId],
    ['importing_to_stores', listOf(image.importingStores)],
    ['failed_import', listOf(image.failedStores)],
    ...Object.entries(image.properties).map(([name, value]) => [`property ${name}`, value] as const),
    ...image.members.map(({ memberId, status }) => [`member ${memberId}`, status] as const),
    ...image.locations.map(
      ({ store, url, metadata }) => [`location ${url}`, describeLocation(store, metadata)] as const,
    ),
  ]);
}

/** A list that is empty is as good as none. */
const listOf = (items: readonly string[] | null): unknown => (items !== null && items.length > 0 ? items : null);

const describeLocation = (store: string, metadata: Readonly<Record<string, unknown>>): unknown =>
  Object.keys(metadata).length > 0 ? { store, metadata } : `in store ${store}`;
