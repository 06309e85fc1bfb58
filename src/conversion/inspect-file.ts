import { FormatInspector } from '../stores/inspection/format-inspector.js';
import type { Inspection } from '../stores/inspection/inspection.js';
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
