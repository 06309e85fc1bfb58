import { failures, finding, refused } from './disk-format.inspector.js';
import type { Check, DiskFormatInspector } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';
import { MAX_END_BYTES, read, readEnd } from './inspecting.js';
import { descriptorProblems, looksLikeDescriptor } from './vmdk-descriptor.js';
import { footerProblems, hasFooter } from './vmdk-footer.js';

const SECTOR_BYTES = 512;
const DESCRIPTOR_SECTOR = 1;
const MAX_DESCRIPTOR_BYTES = 1024 * 1024 - 1;

/** VMware's format. Only an image in one file is allowed: header, descriptor, data. All numbers are little-endian. */
export const vmdkInspector: DiskFormatInspector = {
  format: 'vmdk',
  *inspect() {
    const header = yield* read(0, SECTOR_BYTES);
    if (header.startsWith('COWD')) return refused('it is a part of an image');
    if (!header.startsWith('KDMV')) {
      return looksLikeDescriptor(header) ? refused('it is a descriptor, whose data is in other files') : null;
    }
    const descriptorBytes = Math.min(header.size64le(36) * SECTOR_BYTES, MAX_DESCRIPTOR_BYTES);
    const descriptor = yield* read(SECTOR_BYTES, descriptorBytes);
    const problems = [
      ...failures(headerChecks(header)),
      ...(descriptor.length < descriptorBytes ? ['its descriptor is incomplete'] : descriptorProblems(descriptor)),
    ];
    const end = yield* readEnd(MAX_END_BYTES);
    if (hasFooter(header)) problems.push(...footerProblems(header, end));
    return finding(header.size64le(12) * SECTOR_BYTES, problems);
  },
};

function headerChecks(header: HeaderBytes): readonly Check[] {
  const version = header.u32le(4);
  const descriptorSectors = header.size64le(36);
  return [
    [header.length < SECTOR_BYTES, 'its header is incomplete'],
    [version < 1 || version > 3, `its version is ${version}`],
    // Readers then take the descriptor for the image, and open what it names.
    [header.u64le(12) === 0n, 'its virtual size is zero'],
    [header.u64le(28) !== BigInt(DESCRIPTOR_SECTOR), 'its descriptor is misplaced'],
    [descriptorSectors === 0, 'it has no descriptor'],
    [descriptorSectors * SECTOR_BYTES > MAX_DESCRIPTOR_BYTES, 'its descriptor is too large'],
  ];
}
