/** An event as a KurrentDB keeps it; `position` is the byte at which its record begins. */
export type EsdbRecord = Readonly<{
  stream: string;
  revision: number;
  position: bigint;
  id: string;
  metadata: ReadonlyMap<string, string>;
  customMetadata: Uint8Array;
  data: Uint8Array;
}>;

export type ProposedEvent = Pick<EsdbRecord, 'id' | 'metadata' | 'customMetadata' | 'data'>;

export type EsdbExpectation = number | 'no_stream' | 'stream_exists' | 'any';

/** `position` is that of the last event; for events that had been there before it is that of the first. */
export type EsdbOutcome = Readonly<{ revision: number; position: bigint }> | Readonly<{ actual: number }>;

const RECORD_HEADER_BYTES = 96n;
/** The server writes about itself, too: once in so many appends. */
const APPENDS_PER_STATISTIC = 5;

/** What a KurrentDB remembers. Servers that share a log are one cluster; the log outlives them. */
export class EsdbLog {
  readonly records: EsdbRecord[] = [];
  private readonly streams = new Map<string, EsdbRecord[]>();
  private readonly listeners = new Set<() => void>();
  private end = 0n;
  private appends = 0;

  constructor() {
    this.writeAboutItself();
  }

  /** Adds all events or none. The very events that follow the expected revision already are acknowledged again. */
  append(stream: string, expected: EsdbExpectation, events: readonly ProposedEvent[]): EsdbOutcome {
    const recorded = this.streams.get(stream) ?? [];
    const last = recorded.length - 1;
    const earlier = this.earlier(recorded, expected, events);
    if (earlier !== null) return earlier;
    const isMet =
      expected === 'any' ||
      (expected === 'stream_exists' ? last >= 0 : last === (expected === 'no_stream' ? -1 : expected));
    if (!isMet) return { actual: last };
    for (const event of events) this.write(stream, event);
    this.appends += 1;
    if (this.appends % APPENDS_PER_STATISTIC === 0) this.writeAboutItself();
    for (const listener of this.listeners) listener();
    return { revision: last + events.length, position: this.streams.get(stream)!.at(-1)!.position };
  }

  stream(name: string): readonly EsdbRecord[] | undefined {
    return this.streams.get(name);
  }

  /** Index of the record that begins at a position, or -1: there is none, and a server refuses to read there. */
  indexAt(position: bigint): number {
    let [low, high] = [0, this.records.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.records[middle]!.position;
      if (found === position) return middle;
      if (found < position) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private earlier(
    recorded: readonly EsdbRecord[],
    expected: EsdbExpectation,
    events: readonly ProposedEvent[],
  ): EsdbOutcome | null {
    const begin =
      typeof expected === 'number'
        ? expected + 1
        : expected === 'no_stream'
          ? 0
          : recorded.findIndex(({ id }) => id === events[0]?.id);
    const first = recorded[begin];
    if (first === undefined || !events.every(({ id }, index) => recorded[begin + index]?.id === id)) return null;
    return { revision: begin + events.length - 1, position: first.position };
  }

  private write(stream: string, event: ProposedEvent): void {
    const recorded = this.streams.get(stream) ?? [];
    const created = String(BigInt(Date.now()) * 10_000n);
    const record: EsdbRecord = {
      ...event,
      stream,
      revision: recorded.length,
      position: this.end,
      metadata: new Map([...event.metadata, ['created', created]]),
    };
    this.end += RECORD_HEADER_BYTES + BigInt(event.data.length + event.customMetadata.length);
    this.streams.set(stream, recorded);
    recorded.push(record);
    this.records.push(record);
  }

  private writeAboutItself(): void {
    const metadata = new Map([
      ['type', '$statsCollected'],
      ['content-type', 'application/json'],
    ]);
    const data = Buffer.from('{"proc-mem": 1}');
    this.write('$stats-127.0.0.1:2113', { id: crypto.randomUUID(), metadata, customMetadata: new Uint8Array(), data });
  }
}
