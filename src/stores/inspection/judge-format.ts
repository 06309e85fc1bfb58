import { isInspectable } from './disk-formats.js';
import { ImageFormatMismatch, ImageFormatUnsafe } from './inspection.errors.js';
import type { Inspection } from './inspection.js';

/** What the owner says of the data, and whether it has to be true. */
export type FormatDeclaration = Readonly<{
  declaredDiskFormat: string | null;
  containerFormat: string | null;
  requireMatch: boolean;
}>;

/**
 * Decides whether data may become the data of an image. Only bare disks are judged: what is in a container is not seen.
 * Unsafe data is refused even where the format need not match.
 * @param sizeBytes of the data
 * @returns the size to show of the disk in the data, in bytes; null when it is not known
 * @throws ImageFormatMismatch, ImageFormatUnsafe
 */
export function judgeFormat(
  { declaredDiskFormat, containerFormat, requireMatch }: FormatDeclaration,
  inspection: Inspection,
  sizeBytes: number,
): { virtualSizeBytes: number | null } {
  if (containerFormat !== 'bare') return { virtualSizeBytes: null };
  if (requireMatch && !isAcceptable(declaredDiskFormat, inspection)) throw mismatch(declaredDiskFormat, inspection);
  if (inspection.problems.length > 0) throw unsafe(inspection);
  if (declaredDiskFormat === 'raw') return { virtualSizeBytes: sizeBytes };
  const isEqual = declaredDiskFormat === inspection.format;
  return { virtualSizeBytes: isEqual ? inspection.virtualSizeBytes : null };
}

/** Any data is raw bytes, and what cannot be recognised must at least not be recognised as something else. */
function isAcceptable(declared: string | null, { format }: Inspection): boolean {
  if (declared === format || declared === 'raw') return true;
  return format === 'raw' && declared !== null && !isInspectable(declared);
}

const mismatch = (declared: string | null, { format }: Inspection): ImageFormatMismatch =>
  new ImageFormatMismatch(`Image disk_format ${declared ?? 'none'} does not match stream data ${format}`, {
    declared,
    detected: format,
  });

const unsafe = ({ format, problems }: Inspection): ImageFormatUnsafe =>
  new ImageFormatUnsafe(`Image failed safety checks: this ${format} data is refused because ${problems.join('; ')}`, {
    detected: format,
    problems,
  });
