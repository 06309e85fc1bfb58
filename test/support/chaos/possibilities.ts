/** How a request ended for whoever sent it. */
export type Outcome = 'acknowledged' | 'refused' | 'unanswered';

/** A moment in the order of what writers were told. */
export type Tick = number;

let clock: Tick = 0;

/** Comes before whatever is written from now on. */
export const tick = (): Tick => (clock += 1);

type State<Value> = Readonly<{ from: Tick; values: ReadonlySet<Value> }>;

/**
 * What a value may be, for all that its one writer was told: the written one after an acknowledged write, several after
 * one that nobody answered. Who reads while others write may see any of what it may have been since.
 */
export class Possibilities<Value> {
  private readonly states: State<Value>[];

  constructor(value: Value) {
    this.states = [{ from: tick(), values: new Set([value]) }];
  }

  /** From now on it may be this value. @returns to be told how that ended */
  write(value: Value): (outcome: Outcome) => void {
    const before = this.values;
    this.become(new Set([...before, value]));
    return (outcome) => {
      if (outcome === 'acknowledged') this.become(new Set([value]));
      if (outcome === 'refused') this.become(before);
    };
  }

  /** From now on it may be one of these, which are asked for at the same time. @returns to be told how each ended */
  writeOneOf(values: readonly Value[]): (outcomes: readonly Outcome[]) => void {
    const before = this.values;
    this.become(new Set([...before, ...values]));
    return (outcomes) => {
      const which = (wanted: Outcome): readonly Value[] => values.filter((_, index) => outcomes[index] === wanted);
      const acknowledged = which('acknowledged');
      this.become(new Set(acknowledged.length > 0 ? acknowledged : [...before, ...which('unanswered')]));
    };
  }

  /** @param since when whoever saw it began to look; default: now */
  allows(value: Value, since: Tick = Infinity): boolean {
    return this.since(since).includes(value);
  }

  /** What it may have been at any time since then. */
  since(since: Tick): readonly Value[] {
    return this.states
      .filter((_, index) => (this.states[index + 1]?.from ?? Infinity) >= since)
      .flatMap(({ values }) => [...values]);
  }

  /** It is this value, and nothing else. */
  is(value: Value): boolean {
    return this.isCertain && this.values.has(value);
  }

  get isCertain(): boolean {
    return this.values.size === 1;
  }

  get all(): readonly Value[] {
    return [...this.values];
  }

  toString(): string {
    return this.all.map((value) => JSON.stringify(value)).join(' or ');
  }

  private get values(): ReadonlySet<Value> {
    return this.states.at(-1)?.values ?? new Set();
  }

  private become(values: ReadonlySet<Value>): void {
    this.states.push({ from: tick(), values });
  }
}
