import type { DataTail } from './data-tail.js';
import type { DiskFormatInspector, Finding } from './disk-format.inspector.js';
import { HeaderBytes } from './header-bytes.js';
import type { Inspecting } from './inspecting.js';
import type { DetectedFormat } from './inspection.js';
import { RegionCapture } from './region-capture.js';

type Waiting =
  | Readonly<{ kind: 'region'; capture: RegionCapture }>
  | Readonly<{ kind: 'end'; lengthBytes: number }>
  | Readonly<{ kind: 'nothing'; finding: Finding | null }>;

/** Runs one inspector on data that passes in chunks. It always goes forward, so how the data is cut makes no difference. */
export class FormatProbe {
  readonly format: DetectedFormat;
  readonly #inspecting: Inspecting<Finding | null>;
  /** End of the parts that were asked for: what lies before it may be gone. */
  #passedBytes = 0;
  #capturedBytes = 0;
  #waiting: Waiting;

  constructor(inspector: DiskFormatInspector) {
    this.format = inspector.format;
    this.#inspecting = inspector.inspect();
    this.#waiting = this.#await(this.#inspecting.next());
  }

  /** Whether chunks still matter. */
  get isWatching(): boolean {
    return this.#waiting.kind === 'region';
  }

  /** All that was captured, for the inspector may hold on to it until it is done. */
  get keptBytes(): number {
    return this.#waiting.kind === 'nothing' ? 0 : this.#capturedBytes;
  }

  take(chunk: Uint8Array, chunkOffset: number): void {
    while (this.#waiting.kind === 'region') {
      const { capture } = this.#waiting;
      capture.take(chunk, chunkOffset);
      if (!capture.isComplete) return;
      this.#resume(capture.captured());
    }
  }

  /** To be called once all of the data has passed. */
  conclude(tail: DataTail): Finding | null {
    for (;;) {
      const waiting = this.#waiting;
      if (waiting.kind === 'nothing') return waiting.finding;
      this.#resume(waiting.kind === 'region' ? waiting.capture.captured() : tail.last(waiting.lengthBytes));
    }
  }

  #resume(bytes: HeaderBytes): void {
    this.#waiting = this.#await(this.#inspecting.next(bytes));
  }

  #await(step: ReturnType<Inspecting<Finding | null>['next']>): Waiting {
    if (step.done === true) return { kind: 'nothing', finding: step.value };
    if (step.value.kind === 'end') return step.value;
    const { offset, lengthBytes } = step.value;
    const capture = new RegionCapture(offset, offset < this.#passedBytes ? 0 : lengthBytes);
    this.#passedBytes = Math.max(this.#passedBytes, offset + lengthBytes);
    this.#capturedBytes += capture.lengthBytes;
    return { kind: 'region', capture };
  }
}
