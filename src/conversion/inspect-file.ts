import { FormatInspector } from '../stores/inspection/format-inspector.js';
import type { Inspection } from '../stores/inspection/inspection.js';
import { judgeFormat } from '../stores/inspection/judge-format.js';
import type { FormatDeclaration } from '../stores/inspection/judge-format.js';
import { fileData } from './work-file.js';

/** What a file holds, as far as its bytes tell. */
export type FileInspection = Readonly<{ inspection: Inspection; sizeBytes: number }>;

/** Looks at all of a file, and judges nothing. @throws ConversionUnavailable; the signal's reason */
export async function detectFormat(path: string, signal: AbortSignal): Promise<FileInspection> {
  const inspector = new FormatInspector();
  let sizeBytes = 0;
  for await (const chunk of fileData(path, signal)) {
    inspector.observe(chunk);
    sizeBytes += chunk.byteLength;
  }
  return { inspection: inspector.conclude(), sizeBytes };
}

/**
 * Looks at all of a file, and decides like an upload whether its data may become the data of an image.
 * @returns also the size to show of the disk in the data; null when it is not known
 * @throws ImageFormatMismatch, ImageFormatUnsafe, ConversionUnavailable; the signal's reason
 */
export async function inspectFile(
  path: string,
  declaration: FormatDeclaration,
  signal: AbortSignal,
): Promise<FileInspection & Readonly<{ virtualSizeBytes: number | null }>> {
  const { inspection, sizeBytes } = await detectFormat(path, signal);
  return { inspection, sizeBytes, ...judgeFormat(declaration, inspection, sizeBytes) };
}
