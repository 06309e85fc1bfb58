import { DataTail } from './data-tail.js';
import type { Finding } from './disk-format.inspector.js';
import { DISK_FORMAT_INSPECTORS } from './disk-formats.js';
import { FormatProbe } from './format-probe.js';
import { MAX_END_BYTES } from './inspecting.js';
import type { DetectedFormat, Inspection } from './inspection.js';

type Match = Readonly<{ format: DetectedFormat; finding: Finding }>;

/**
 * Finds out what image data is while it passes, by looking at a few small parts of it. One inspector per upload.
 * Whatever the data, nothing is thrown, and no more than a little over 1 MiB is kept.
 */
export class FormatInspector {
  readonly #probes = DISK_FORMAT_INSPECTORS.map((inspector) => new FormatProbe(inspector));
  readonly #tail = new DataTail(MAX_END_BYTES);
  #watching: readonly FormatProbe[] = this.#probes;

  /** Sees the next bytes; they are copied as far as they are needed later. */
  observe(chunk: Uint8Array): void {
    for (const probe of this.#watching) probe.take(chunk, this.#tail.sizeBytes);
    if (this.#watching.some((probe) => !probe.isWatching)) {
      this.#watching = this.#watching.filter((probe) => probe.isWatching);
    }
    this.#tail.take(chunk);
  }

  /** Bytes of the data that are kept for what is still to come. */
  get keptBytes(): number {
    return this.#probes.reduce((sum, probe) => sum + probe.keptBytes, MAX_END_BYTES);
  }

  /** To be called after the last byte. */
  conclude(): Inspection {
    const matches = this.#probes.flatMap((probe) => {
      const finding = probe.conclude(this.#tail);
      return finding === null ? [] : [{ format: probe.format, finding }];
    });
    return inspectionOf(matches, this.#tail.sizeBytes);
  }
}

function inspectionOf(matches: readonly Match[], sizeBytes: number): Inspection {
  const [match, ...others] = withoutOwnBootSector(matches);
  if (match === undefined) return { format: 'raw', virtualSizeBytes: sizeBytes, problems: [] };
  const { virtualSizeBytes, problems } = match.finding;
  if (others.length === 0) return { format: match.format, virtualSizeBytes, problems };
  const formats = [match, ...others].map(({ format }) => format).join(', ');
  const everyProblem = [match, ...others].flatMap(({ finding }) => finding.problems);
  return {
    format: match.format,
    virtualSizeBytes: null,
    problems: [`it is several formats at once (${formats})`, ...everyProblem],
  };
}

/** Bootable ISOs and fixed VHDs begin with the boot sector of the disk that they are; it says nothing about the format. */
function withoutOwnBootSector(matches: readonly Match[]): readonly Match[] {
  if (!matches.some(({ finding }) => finding.beginsWithDisk === true)) return matches;
  return matches.filter(({ format }) => format !== 'gpt');
}
