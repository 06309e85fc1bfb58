import { setImmediate, setTimeout } from 'node:timers/promises';
import type { AppendResult, ExpectedRevision, NewEvent } from '../../event-store.js';
import { EventStoreUnavailable } from '../../events.errors.js';
import { requireEvents, requireRevision } from '../../expected-revision.js';
import type { NewEventRow } from '../event-row.js';
import { toRow } from '../event-row.js';
import type { PostgresConnections } from './postgres.connection.js';
import { isInDoubt, mayHeal } from '../../../postgres/postgres.faults.js';
import { translateFault } from './postgres.faults.js';
import { EXPECTED } from './postgres.schema.js';

/** Appends per statement: many share one flush to disk, yet nobody waits for long. */
const MAX_BATCH = 256;
/** Characters of JSON per statement, unless a single append has more. */
const MAX_BATCH_CHARACTERS = 4_000_000;
/** Pause before it is asked again whether a statement was carried out. */
const ASK_AGAIN_MS = 100;

type PendingAppend = Readonly<{
  stream: string;
  expected: ExpectedRevision;
  rows: readonly NewEventRow[];
  characters: number;
  resolve: (result: AppendResult) => void;
  reject: (error: Error) => void;
}>;

type Outcome = Readonly<{ appended: boolean; last_revision: number; last_position: string | null }>;

const APPEND = `SELECT appended, last_revision, last_position
  FROM hindsight_events.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/**
 * Appends events, one statement at a time. Appends that come while one is under way share the next (group commit): the
 * server lets one transaction append at a time, and each costs it a flush to disk.
 */
export class PostgresEventWriter {
  private queue: PendingAppend[] = [];
  private running: Promise<void> | null = null;
  private closed = false;

  /**
   * @param patienceMs how long it is tried to find out what became of a statement whose answer was lost
   * @param onCommit called after each commit with the types of what was to be appended
   */
  constructor(
    private readonly connections: PostgresConnections,
    private readonly patienceMs: number,
    private readonly onCommit: (types: ReadonlySet<string>) => void,
  ) {}

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new EventStoreUnavailable('The event store is closed');
      requireEvents(stream, events);
      const rows = events.map(toRow);
      const characters = rows.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
      this.queue.push({ stream, expected, rows, characters, resolve, reject });
      this.running ??= this.drain();
    });
  }

  /** Refuses further appends; resolves when those under way are settled. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
    await this.connections.close();
  }

  /** Never rejects. That it has ended is noted in the same breath as that the queue is empty: nobody may come in between. */
  private async drain(): Promise<void> {
    await setImmediate(); // those of the same turn join
    while (this.queue.length > 0) await this.commitOrRecover(this.nextBatch());
    this.running = null;
  }

  private nextBatch(): readonly PendingAppend[] {
    let [size, characters] = [0, 0];
    for (const append of this.queue.slice(0, MAX_BATCH)) {
      characters += append.characters;
      if (size > 0 && characters > MAX_BATCH_CHARACTERS) break;
      size += 1;
    }
    return this.queue.splice(0, size);
  }

  /** Never rejects. */
  private async commitOrRecover(batch: readonly PendingAppend[]): Promise<void> {
    try {
      await this.commit(batch);
    } catch (error) {
      if (batch.length > 1 && !mayHeal(error) && !(error instanceof EventStoreUnavailable)) {
        // Nothing of it was appended. Alone, each append can only fail by its own fault.
        for (const append of batch) await this.commitOrRecover([append]);
      } else {
        const failure = translateFault(error);
        for (const append of batch) append.reject(failure);
      }
    }
  }

  private async commit(batch: readonly PendingAppend[]): Promise<void> {
    const outcomes = await this.sendUntilKnown(batch);
    batch.forEach((append, n) => settle(append, outcomes[n]));
    this.onCommit(new Set(batch.flatMap(({ rows }) => rows.map(({ type }) => type))));
  }

  /**
   * A connection that breaks takes the answer with it, not what was done. Then the same is sent again, and the server finds
   * out by the ids of the events whether it has them.
   */
  private async sendUntilKnown(batch: readonly PendingAppend[]): Promise<readonly Outcome[]> {
    const deadline = performance.now() + this.patienceMs;
    for (let inDoubt = false; ;) {
      try {
        return await this.send(batch, inDoubt);
      } catch (error) {
        inDoubt ||= isInDoubt(error);
        if (!inDoubt) throw error;
        if (performance.now() >= deadline) throw unknownOutcome(error);
      }
      await setTimeout(ASK_AGAIN_MS);
    }
  }

  private send(batch: readonly PendingAppend[], repeated: boolean): Promise<readonly Outcome[]> {
    const rows = batch.flatMap((append) => append.rows);
    return this.connections.query<Outcome>({
      name: 'append',
      text: APPEND,
      values: [
        batch.map(({ stream }) => stream),
        batch.map(({ expected }) => toNumber(expected)),
        batch.map((append) => append.rows.length),
        rows.map(({ id }) => id),
        rows.map(({ type }) => type),
        rows.map((row) => row.schema_version),
        rows.map(({ data }) => data),
        rows.map(({ metadata }) => metadata),
        repeated,
      ],
    });
  }
}

const settle = ({ stream, expected, resolve, reject }: PendingAppend, outcome: Outcome | undefined): void => {
  try {
    if (outcome === undefined) throw new Error('The server has answered fewer appends than it was sent');
    if (!outcome.appended) requireRevision(stream, expected, outcome.last_revision);
    resolve({ revision: outcome.last_revision, position: BigInt(outcome.last_position ?? 0) });
  } catch (refusal) {
    reject(translateFault(refusal));
  }
};

const toNumber = (expected: ExpectedRevision): number =>
  expected === 'any' ? EXPECTED.any : expected === 'no_stream' ? EXPECTED.noStream : expected;

const unknownOutcome = (cause: unknown): EventStoreUnavailable =>
  new EventStoreUnavailable('The event store went away during an append, whose outcome is not known', {}, { cause });
