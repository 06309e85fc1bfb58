import { rm } from 'node:fs/promises';
import type { ConvertedFormat } from '../config/app-config.js';
import type { Inspection } from '../stores/inspection/inspection.js';
import { judgeFormat } from '../stores/inspection/judge-format.js';
import { ConversionFailed, ConversionLimitExceeded } from './conversion.errors.js';
import { detectFormat } from './inspect-file.js';
import { QemuImg } from './qemu-img.js';
import type { ConversionLimits } from './qemu-img.js';
import { withFile } from './work-file.js';

type ImageFileConversion = Readonly<{
  /** Stays as it is. */
  from: string;
  /** Written anew when it exists; gone after a failure. */
  to: string;
  declaredFormat: string;
  targetFormat: ConvertedFormat;
  limits: ConversionLimits;
  signal: AbortSignal;
  /** Told the percentage that is done. */
  onProgress?: (percent: number) => void;
}>;

/** An image after its conversion. */
export type ConvertedFile = Readonly<{
  file: string;
  diskFormat: ConvertedFormat;
  sizeBytes: number;
  virtualSizeBytes: number;
}>;

/**
 * Converts an image of the declared format, if it really is one and safe to open; the new file is durable. ISOs stay what
 * they are.
 * @returns null when there is nothing to convert
 * @throws ConversionFailed, ConversionLimitExceeded, ConversionUnavailable, ImageFormatUnsafe; the signal's reason
 */
export async function convertImageFile(conversion: ImageFileConversion): Promise<ConvertedFile | null> {
  const { from, to, declaredFormat, targetFormat, limits, signal } = conversion;
  const { inspection, sizeBytes } = await detectFormat(from, signal);
  mustBe(declaredFormat, inspection, sizeBytes);
  if (declaredFormat === 'iso') return null;
  const qemuImg = new QemuImg(limits);
  const { virtualSizeBytes } = await qemuImg.imageInfo(from, declaredFormat, signal);
  if (declaredFormat === targetFormat) return null;
  mustFit(virtualSizeBytes, limits);
  try {
    await qemuImg.convert({ ...conversion, fromFormat: declaredFormat, toFormat: targetFormat });
    const converted = await detectFormat(to, signal);
    mustBe(targetFormat, converted.inspection, converted.sizeBytes);
    await withFile(to, 'r+', (handle) => handle.sync());
    return { file: to, diskFormat: targetFormat, sizeBytes: converted.sizeBytes, virtualSizeBytes };
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  }
}

/** A boot sector makes no format of its own of a raw disk; what nobody can recognise is not converted either. */
function mustBe(diskFormat: string, inspection: Inspection, sizeBytes: number): void {
  const detected = inspection.format === 'gpt' ? 'raw' : inspection.format;
  if (detected !== diskFormat) {
    throw new ConversionFailed('Image format mismatch', { declared: diskFormat, detected: inspection.format });
  }
  judgeFormat({ declaredDiskFormat: diskFormat, containerFormat: 'bare', requireMatch: false }, inspection, sizeBytes);
}

/** A few bytes can describe a disk that fills every store. */
function mustFit(virtualSizeBytes: number, { maxDecompressedBytes }: ConversionLimits): void {
  if (virtualSizeBytes <= maxDecompressedBytes) return;
  const message = `The disk in the image is larger than ${maxDecompressedBytes} bytes`;
  throw new ConversionLimitExceeded(message, { maxBytes: maxDecompressedBytes });
}
