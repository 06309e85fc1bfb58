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

/** `readable` resolves when readers see the last event, which has `position`. */
type Stored = Readonly<{ revision: number; position: bigint; readable: Promise<undefined> }>;

/** `actual` is the last revision, of what is written. */
export type EsdbAnswer = Omit<Stored, 'readable'> | Readonly<{ actual: number }>;

/** `unsettled`: the very events are written, but not readable yet. */
export type EsdbOutcome = Stored | Readonly<{ actual: number }> | 'unsettled';

const RECORD_HEADER_BYTES = 96n;
/** The server writes about itself, too: once in so many appends. */
const APPENDS_PER_STATISTIC = 5;

/** What a KurrentDB remembers. Servers that share a log are one cluster; the log outlives them. */
export class EsdbLog {
  /** What can be read. */
  readonly records: EsdbRecord[] = [];
  private readonly streams = new Map<string, EsdbRecord[]>();
  /** What writers are compared with already, but nobody can read before it is replicated and indexed. */
  private written: EsdbRecord[] = [];
  /** Where events are, by their ids, as far as the server remembers; with an exact revision it looks into the stream. */
  private readonly recent = new Map<string, Readonly<{ stream: string; revision: number }>>();
  private readonly listeners = new Set<() => void>();
  private isHeld = false;
  private settled = Promise.withResolvers<undefined>();
  private end = 0n;
  private appends = 0;

  constructor() {
    this.writeAboutItself();
    this.settle();
  }

  /** Writes all events or none; they can be read a moment later. The very events that are there already are acknowledged again. */
  append(stream: string, expected: EsdbExpectation, events: readonly ProposedEvent[]): EsdbOutcome {
    const last = this.lastWritten(stream);
    const before = expected === 'no_stream' ? -1 : expected;
    const isExact = typeof before === 'number';
    const known = isExact ? this.knownAfter(stream, before, events) : this.knownRecently(stream, events);
    if (known === 'partly') return { actual: last };
    if (known !== null) return this.acknowledged(stream, known);
    const isMet = isExact ? last === before : before === 'any' || last >= 0;
    if (!isMet) return { actual: last };
    for (const event of events) this.write(stream, event);
    const { position } = this.written.at(-1)!;
    this.appends += 1;
    if (this.appends % APPENDS_PER_STATISTIC === 0) this.writeAboutItself();
    const readable = this.settled.promise;
    if (!this.isHeld) setImmediate(() => this.settle());
    return { revision: last + events.length, position, readable };
  }

  /** From now on nothing becomes readable. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    this.settle();
  }

  /** What a server that is started anew, or another one that leads, does not know. */
  forgetRecent(): void {
    this.recent.clear();
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

  private lastWritten(stream: string): number {
    const last = this.written.findLast((record) => record.stream === stream) ?? this.streams.get(stream)?.at(-1);
    return last?.revision ?? -1;
  }

  private at(stream: string, revision: number): EsdbRecord | undefined {
    const isIt = (record: EsdbRecord): boolean => record.stream === stream && record.revision === revision;
    return this.streams.get(stream)?.[revision] ?? this.written.find(isIt);
  }

  /** Revision of the last event where all follow the expected revision already. */
  private knownAfter(stream: string, before: number, events: readonly ProposedEvent[]): number | 'partly' | null {
    const isThere = events.map(({ id }, index) => this.at(stream, before + 1 + index)?.id === id);
    if (isThere[0] !== true) return null;
    return isThere.includes(false) ? 'partly' : before + events.length;
  }

  /** The same where any revision will do: what the server remembers counts, wherever it is. */
  private knownRecently(stream: string, events: readonly ProposedEvent[]): number | 'partly' | null {
    const found = events.map(({ id }) => this.recent.get(id)).map((it) => (it?.stream === stream ? it.revision : null));
    if (found[0] === null) return null;
    return found.includes(null) ? 'partly' : (found.at(-1) ?? null);
  }

  private acknowledged(stream: string, revision: number): EsdbOutcome {
    const record = this.streams.get(stream)?.[revision];
    if (record === undefined) return 'unsettled';
    return { revision, position: record.position, readable: Promise.resolve(undefined) };
  }

  private write(stream: string, event: ProposedEvent): void {
    const created = String(BigInt(Date.now()) * 10_000n);
    const record: EsdbRecord = {
      ...event,
      stream,
      revision: this.lastWritten(stream) + 1,
      position: this.end,
      metadata: new Map([...event.metadata, ['created', created]]),
    };
    this.end += RECORD_HEADER_BYTES + BigInt(event.data.length + event.customMetadata.length);
    this.written.push(record);
    this.recent.set(event.id, { stream, revision: record.revision });
  }

  /** What is written becomes readable. */
  private settle(): void {
    if (this.isHeld) return;
    for (const record of this.written) {
      const recorded = this.streams.get(record.stream) ?? [];
      this.streams.set(record.stream, recorded);
      recorded.push(record);
      this.records.push(record);
    }
    this.written = [];
    this.settled.resolve(undefined);
    this.settled = Promise.withResolvers();
    for (const listener of this.listeners) listener();
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
