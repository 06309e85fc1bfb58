import { failures, finding, refused } from './disk-format.inspector.js';
import type { DiskFormatInspector, Finding } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';
import { read } from './inspecting.js';
import type { Inspecting } from './inspecting.js';
import { findEntry, guid } from './vhdx-table.js';

const REGION_TABLE_OFFSET = 192 * 1024;
const TABLE_BYTES = 64 * 1024;
const REGIONS = { signature: 'regi', countOffset: 8, headerBytes: 16 } as const;
const ITEMS = { signature: 'metadata', countOffset: 10, headerBytes: 32 } as const;

const METADATA_REGION = guid('8B7CA206-4790-4B9A-B8FE-575F050F886E');
const VIRTUAL_DISK_SIZE = guid('2FA54224-CD1B-4876-B211-5DBED83BF4B8');
const FILE_PARAMETERS = guid('CAA16737-FA36-4D43-B3B6-33F0AA44E76B');
const ITEM_BYTES = 8;
const HAS_PARENT = 2;
const MAX_DISK_BYTES = 64 * 1024 ** 4;

/** Microsoft's newer format: a table of regions, one of which holds a table of what is known about the disk. */
export const vhdxInspector: DiskFormatInspector = {
  format: 'vhdx',
  *inspect() {
    const identifier = yield* read(0, 8);
    if (!identifier.startsWith('vhdxfile')) return null;
    const metadata = findEntry(yield* read(REGION_TABLE_OFFSET, TABLE_BYTES), REGIONS, METADATA_REGION);
    if (metadata === null) return refused('its metadata cannot be found');
    const offset = metadata.size64le(16);
    const items = yield* read(offset, TABLE_BYTES);
    const size = findEntry(items, ITEMS, VIRTUAL_DISK_SIZE);
    const parameters = findEntry(items, ITEMS, FILE_PARAMETERS);
    if (size === null || parameters === null) return refused('its metadata is incomplete');
    return yield* inspectItems(offset, size, parameters);
  },
};

/** Data can be read forwards only, and either item may come first. */
function* inspectItems(
  metadataOffset: number,
  sizeEntry: HeaderBytes,
  parametersEntry: HeaderBytes,
): Inspecting<Finding> {
  const offsetOf = (entry: HeaderBytes): number => metadataOffset + entry.u32le(16);
  const isSizeFirst = offsetOf(sizeEntry) < offsetOf(parametersEntry);
  const first = yield* read(offsetOf(isSizeFirst ? sizeEntry : parametersEntry), ITEM_BYTES);
  const second = yield* read(offsetOf(isSizeFirst ? parametersEntry : sizeEntry), ITEM_BYTES);
  if (first.length < ITEM_BYTES || second.length < ITEM_BYTES) return refused('its metadata is incomplete');
  const [size, parameters] = isSizeFirst ? [first, second] : [second, first];
  const virtualSizeBytes = size.size64le(0);
  const problems = failures([
    [(parameters.u32le(4) & HAS_PARENT) !== 0, 'it has a parent'],
    [virtualSizeBytes > MAX_DISK_BYTES, 'its virtual size is larger than the format allows'],
  ]);
  return finding(virtualSizeBytes, problems);
}
