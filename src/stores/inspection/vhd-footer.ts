import type { Check } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';

export const VHD_FOOTER_BYTES = 512;
export const VHD_COOKIE = 'conectix';

const FIXED = 2;
const DYNAMIC = 3;
const DIFFERENCING = 4;
const MAX_DISK_BYTES = 2040 * 1024 ** 3;
const CHECKSUM_OFFSET = 64;

/** Size of the disk as it is now; it may have been another one when the disk was made. */
export const currentSizeBytes = (footer: HeaderBytes): number => footer.size64be(48);

export const isFixed = (footer: HeaderBytes): boolean => footer.u32be(60) === FIXED;

/** The ones' complement of the sum of all bytes but its own. */
export function hasRightChecksum(footer: HeaderBytes): boolean {
  let sum = 0;
  for (let at = 0; at < VHD_FOOTER_BYTES; at += 1) {
    if (at < CHECKSUM_OFFSET || at >= CHECKSUM_OFFSET + 4) sum += footer.u8(at);
  }
  return ~sum >>> 0 === footer.u32be(CHECKSUM_OFFSET);
}

export function footerChecks(footer: HeaderBytes): readonly Check[] {
  const kind = footer.u32be(60);
  return [
    [footer.length < VHD_FOOTER_BYTES, 'its footer is incomplete'],
    [kind === DIFFERENCING, 'it has a parent'],
    [kind !== FIXED && kind !== DYNAMIC && kind !== DIFFERENCING, 'its disk type is unknown'],
    [footer.u16be(12) !== 1, 'its version is not 1'],
    [currentSizeBytes(footer) > MAX_DISK_BYTES, 'its virtual size is larger than the format allows'],
  ];
}
