import { failures } from './disk-format.inspector.js';
import type { HeaderBytes } from './header-bytes.js';

const SECTOR_BYTES = 512;
const MARKER = 0;
const FOOTER = SECTOR_BYTES;
const END_OF_STREAM = 2 * SECTOR_BYTES;
const FOOTER_BYTES = 3 * SECTOR_BYTES;

const MARKER_FIELDS_BYTES = 16;
const HEADER_FIELDS_BYTES = 79;
const FOOTER_MARKER = 3;
const AT_END = 0xffff_ffff_ffff_ffffn;
const GRAIN_DIRECTORY = 56;

/** Whether the true header is a copy at the end, as in images that were written without knowing their size. */
export const hasFooter = (header: HeaderBytes): boolean => header.u64le(GRAIN_DIRECTORY) === AT_END;

/**
 * Readers believe the footer more than the header, so both have to say the same.
 * @param end the last bytes of the data: a marker, the footer, and the marker of the end, a sector each
 */
export function footerProblems(header: HeaderBytes, end: HeaderBytes): readonly string[] {
  if (end.length < FOOTER_BYTES || end.endOffset % SECTOR_BYTES !== 0) return ['its footer is missing'];
  return failures([
    [
      end.u32le(MARKER + 8) !== 0 ||
        end.u32le(MARKER + 12) !== FOOTER_MARKER ||
        !end.isZero(MARKER + MARKER_FIELDS_BYTES, FOOTER) ||
        !end.isZero(END_OF_STREAM, FOOTER_BYTES),
      'its footer is not marked as one',
    ],
    [!isSame(header, end), 'its footer contradicts the header'],
    [end.u64le(FOOTER + GRAIN_DIRECTORY) === AT_END, 'its footer points to another footer'],
    [!end.isZero(FOOTER + HEADER_FIELDS_BYTES, END_OF_STREAM), 'its footer is followed by unknown data'],
  ]);
}

/** Signature, version, flags, virtual size, grain size, place and size of the descriptor. */
const isSame = (header: HeaderBytes, end: HeaderBytes): boolean => header.text(0, 44) === end.text(FOOTER, FOOTER + 44);
