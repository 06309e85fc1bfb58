import { ConversionFailed } from './conversion.errors.js';

/** What qemu-img tells of a disk image; null and false: nothing. */
export type QemuImgInfo = Readonly<{
  format: string;
  virtualSizeBytes: number;
  hasBackingFile: boolean;
  hasDataFile: boolean;
  /** Of VMDK only. */
  createType: string | null;
}>;

/** @param json what qemu-img has printed. @throws ConversionFailed for anything else */
export function parseQemuImgInfo(json: string): QemuImgInfo {
  const info = parsed(json);
  const [format, virtualSizeBytes] = [info['format'], info['virtual-size']];
  if (typeof format !== 'string' || typeof virtualSizeBytes !== 'number' || !Number.isSafeInteger(virtualSizeBytes)) {
    throw new ConversionFailed('The conversion tool says nothing understandable of the image');
  }
  const specific = fieldsOf(fieldsOf(info['format-specific'])['data']);
  const createType = specific['create-type'];
  return {
    format,
    virtualSizeBytes,
    hasBackingFile: 'backing-filename' in info || 'full-backing-filename' in info,
    hasDataFile: 'data-file' in specific,
    createType: typeof createType === 'string' ? createType : null,
  };
}

function parsed(json: string): Record<string, unknown> {
  try {
    return fieldsOf(JSON.parse(json));
  } catch (cause) {
    throw new ConversionFailed('The conversion tool says nothing understandable of the image', {}, { cause });
  }
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
