import type { Inspecting } from './inspecting.js';
import type { DetectedFormat, Inspection } from './inspection.js';

/** What an inspector has to say of data of its format. */
export type Finding = Omit<Inspection, 'format'> &
  Readonly<{
    /** The data begins with the very bytes of the disk, so that a boot sector there makes no second format of it. */
    beginsWithDisk?: boolean;
  }>;

/** Recognises data of one format and checks whether it is safe to open. Never throws, whatever the data. */
export interface DiskFormatInspector {
  readonly format: DetectedFormat;
  /** @returns null for data of another format */
  inspect(): Inspecting<Finding | null>;
}

/** A safety check: whether it failed, and what is said then. */
export type Check = readonly [failed: boolean, problem: string];

export const failures = (checks: readonly Check[]): readonly string[] =>
  checks.filter(([failed]) => failed).map(([, problem]) => problem);

/** @param virtualSizeBytes as the data claims it; what no disk can have is a problem of its own */
export function finding(virtualSizeBytes: number, problems: readonly string[]): Finding {
  if (Number.isSafeInteger(virtualSizeBytes)) return { virtualSizeBytes, problems };
  return { virtualSizeBytes: null, problems: ['its virtual size is larger than any disk', ...problems] };
}

/** What is refused whatever else it says. */
export const refused = (...problems: readonly string[]): Finding => ({ virtualSizeBytes: null, problems });
