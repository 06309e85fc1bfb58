import type { Outcome } from './possibilities.js';

/** One thing that was done to the cluster, or asked of it. */
export type TraceEntry = Readonly<{
  number: number;
  time: string;
  actor: string;
  what: string;
  imageId: string | null;
  /** Null while it is under way. */
  outcome: Outcome | 'done' | null;
  detail: string;
}>;

/** Whose deeds are part of every story. */
export const MONKEY = 'monkey';

const SHOWN_PER_VIOLATION = 60;

/** Everything that happened, in order, and what of it must not have. */
export class Trace {
  readonly entries: TraceEntry[] = [];
  readonly violations: string[] = [];
  private waiting: Readonly<{ at: number; resolve: () => void }>[] = [];
  private ended = 0;
  private isOver = false;

  /** @returns to be told how it ended */
  begin(
    actor: string,
    what: string,
    imageId: string | null = null,
  ): (outcome: TraceEntry['outcome'], detail?: string) => void {
    const index = this.entries.length;
    const entry = { number: index, time: new Date().toISOString(), actor, what, imageId, outcome: null, detail: '' };
    this.entries.push(entry);
    return (outcome, detail = '') => {
      this.entries[index] = { ...entry, outcome, detail };
      this.ended += 1;
      this.wake();
    };
  }

  /** Something that must not be; the image's story is told with it. */
  violated(problem: string, imageId: string | null): void {
    const isTold = ({ actor, imageId: about }: TraceEntry): boolean =>
      actor === MONKEY || (about !== null && about === imageId);
    const story = this.entries.filter(isTold);
    const lines = story.slice(-SHOWN_PER_VIOLATION).map(lineOf);
    this.violations.push(`${imageId === null ? '' : `image ${imageId}: `}${problem}\n${lines.join('\n')}`);
  }

  /** @returns to be asked whether nothing has been done to the cluster since then */
  beginCalm(): () => boolean {
    const first = this.entries.length;
    const wasCalm = !this.entries.some(({ actor, outcome }) => actor === MONKEY && outcome === null);
    return () => wasCalm && !this.entries.slice(first).some(({ actor }) => actor === MONKEY);
  }

  /** Resolves when so many more requests have ended, or all is over. */
  advanced(by: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ at: this.ended + by, resolve }));
  }

  /** Nobody waits any longer. */
  end(): void {
    this.isOver = true;
    this.wake();
  }

  get text(): string {
    return this.entries.map(lineOf).join('\n');
  }

  /** How often what ended how, and how much was done to the cluster. */
  get summary(): string {
    const outcomes = ['acknowledged', 'refused', 'unanswered', 'done'] as const;
    return outcomes
      .map((outcome) => `${this.entries.filter((entry) => entry.outcome === outcome).length} ${outcome}`)
      .join(', ');
  }

  private wake(): void {
    const due = this.waiting.filter(({ at }) => this.isOver || at <= this.ended);
    this.waiting = this.waiting.filter((each) => !due.includes(each));
    for (const { resolve } of due) resolve();
  }
}

const lineOf = ({ number, time, actor, what, imageId, outcome, detail }: TraceEntry): string =>
  [number, time.slice(11, 23), actor, what, imageId ?? '', outcome ?? 'under way', detail].join(' ').trimEnd();
