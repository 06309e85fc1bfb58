import type { ImageDetails } from '../images/image-details.read-model.js';
import { differences } from './field-changes.js';
import type { FieldChange } from './field-changes.js';

/**
 * What an event did to one thing about an image. A `field` stands under its own name; of properties, members and locations
 * `field` is the property's name, the project, the URL.
 */
export type ImageDifference = FieldChange & Readonly<{ kind: 'field' | 'property' | 'member' | 'location' }>;

/** An image that is not there any more differs from what it was by its status alone: the rest went with it. */
export function differencesOf(before: ImageDetails | null, after: ImageDetails | null): readonly ImageDifference[] {
  if (before !== null && after === null)
    return [{ kind: 'field', field: 'status', from: before.status, to: 'deleted' }];
  const of = (kind: ImageDifference['kind'], values: (image: ImageDetails) => ReadonlyMap<string, unknown>) => {
    const [from, to] = [before, after].map((image) => (image === null ? new Map<string, unknown>() : values(image)));
    return differences(from ?? new Map(), to ?? new Map()).map((change) => ({ kind, ...change }));
  };
  return [
    ...of('field', fieldsOf),
    ...of('property', ({ properties }) => new Map(Object.entries(properties))),
    ...of('member', ({ members }) => new Map(members.map(({ memberId, status }) => [memberId, status]))),
    ...of('location', ({ locations }) => new Map(locations.map(({ url, ...location }) => [url, location]))),
  ];
}

const fieldsOf = (image: ImageDetails): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
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
  ]);

/** A list that is empty is as good as none. */
const listOf = (items: readonly string[] | null): unknown => (items !== null && items.length > 0 ? items : null);
