import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Checkpoint, CheckpointStore } from './checkpoint-store.js';
import { createIndex } from './create-index.js';
import type { TableIndex } from './create-index.js';
import { QueryCache } from './database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from './database/read-model-database.js';
import { RenamedTablesPlugin } from './database/renamed-tables.plugin.js';
import type { DecodedEvents } from './decoded-events.js';
import type { ProjectedEvent, Projection } from './projection.js';
import { PositionNotReached, RebuildSuperseded } from './projections.errors.js';

/** `events` that were read so far, of all contexts; positions need not be numbers of events. */
export type RebuildProgress = Readonly<{ position: bigint; lastPosition: bigint; events: number }>;

/** Events per transaction, to begin with and at most: the more, the fewer times a page is written. */
const FIRST_BATCH = 200;
const LARGEST_BATCH = 5000;
/** The projections that serve wait for a transaction; one that takes longer than this is followed by a smaller one. */
const TRANSACTION_MS = 100;

type Transaction = Kysely<ReadModelTables>;

/** Under this name stands the checkpoint of a rebuild in progress. */
export const rebuildNameOf = (projection: string): string => `${projection}__rebuild`;

/**
 * Fills fresh tables beside those in use, from the first event on, then lets them take their place in one transaction.
 * Who is killed leaves the old tables serving, and what was begun is thrown away by the next rebuild.
 */
export class ProjectionRebuild<E extends Readonly<{ type: string }>> {
  private readonly queries = new QueryCache();
  private readonly token = randomUUID();
  private position = 0n;
  private events = 0;
  private generation = 0;
  private batch = FIRST_BATCH;

  constructor(
    private readonly source: DecodedEvents<E>,
    private readonly database: ReadModelDatabase,
    private readonly checkpoints: CheckpointStore,
    private readonly projection: Projection<E>,
  ) {}

  /**
   * @throws RebuildSuperseded when another rebuild of this projection was started later
   * @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent when the log cannot be read to its end
   */
  async run(onProgress: (progress: RebuildProgress) => void): Promise<void> {
    await this.inTransaction((transaction) => this.begin(transaction));
    await this.fill(onProgress);
    for (const index of this.projection.readerIndexes) {
      await this.makeIndex(index);
      await nextTurn();
    }
    await this.fill(onProgress); // what came meanwhile
    await this.inTransaction((transaction) => this.finish(transaction));
    onProgress({ position: this.position, lastPosition: this.position, events: this.events });
  }

  /** Applies events until less than a batch of them is left. */
  private async fill(onProgress: (progress: RebuildProgress) => void): Promise<void> {
    const lastPosition = await this.source.lastPosition();
    while (await this.applyBatch()) {
      onProgress({ position: this.position, lastPosition, events: this.events });
      await nextTurn(); // this process may be serving meanwhile
    }
  }

  /** Not in a transaction: an index of very many rows takes its time, in which nobody need wait who writes to other tables. */
  private async makeIndex(index: TableIndex): Promise<void> {
    const requireStillMine = (): Promise<void> => this.inMyTransaction(() => Promise.resolve());
    await requireStillMine();
    try {
      await createIndex(this.fresh(this.database.writer).schema, index, this.database.dialect);
    } catch (error) {
      await requireStillMine(); // else the table may have gone meanwhile
      throw error;
    }
  }

  private async begin(transaction: Transaction): Promise<void> {
    const { name, version, tables } = this.projection;
    const live = await this.checkpoints.readIn(transaction, name);
    this.generation = (live?.generation ?? 0) + 1;
    const checkpoint = { position: this.position, version, generation: this.generation, state: this.token };
    await this.checkpoints.put(transaction, rebuildNameOf(name), checkpoint);
    for (const table of tables) await transaction.schema.dropTable(this.freshName(table)).ifExists().execute();
    await this.projection.createTables(this.fresh(transaction).schema, this.database.dialect);
  }

  /** @returns whether there may be enough left for another batch */
  private async applyBatch(): Promise<boolean> {
    const events = await this.next();
    if (events.length < this.batch) return false;
    await this.inMyTransaction(async (transaction) => {
      const beganAt = performance.now();
      await this.apply(transaction, events);
      await this.checkpoints.advance(transaction, [rebuildNameOf(this.projection.name)], this.position);
      this.batch = nextBatch(this.batch, performance.now() - beganAt);
    });
    return true;
  }

  private async finish(transaction: Transaction): Promise<void> {
    const { name, version, tables } = this.projection;
    const live = await this.checkpoints.readIn(transaction, name);
    await this.requireMine(transaction);
    for (let events = await this.next(); events.length > 0; events = await this.next()) {
      await this.apply(transaction, events);
    }
    this.requireNotBehind(live);
    const replacements = tables.map((table) => ({ fresh: this.freshName(table), inUse: table }));
    await this.database.dialect.replaceTables(transaction, replacements);
    const { position, generation } = this;
    await this.checkpoints.put(transaction, name, { position, version, generation, state: 'live' });
    await this.checkpoints.remove(transaction, rebuildNameOf(name));
  }

  private async next(): Promise<readonly ProjectedEvent<E>[]> {
    const { events, failure } = await this.source.read(this.position, this.batch);
    if (failure !== null) throw failure.error;
    return events;
  }

  private async apply(transaction: Transaction, events: readonly ProjectedEvent<E>[]): Promise<void> {
    const handled = events.filter(({ event }) => this.projection.canHandle(event.type));
    const { queries, database } = this;
    await this.projection.apply({ tables: this.fresh(transaction), queries, dialect: database.dialect }, handled);
    this.position = events.at(-1)?.envelope.position ?? this.position;
    this.events += events.length;
  }

  private async requireMine(transaction: Transaction): Promise<void> {
    const { name } = this.projection;
    const checkpoint = await this.checkpoints.readIn(transaction, rebuildNameOf(name));
    if (checkpoint?.state === this.token) return;
    throw new RebuildSuperseded(`Another rebuild of ${name} was started`, { projection: name });
  }

  private requireNotBehind(live: Checkpoint | null): void {
    if (live === null || live.position <= this.position) return;
    const details = { reached: String(this.position), expected: String(live.position) };
    throw new PositionNotReached(`The log ends before the checkpoint of ${this.projection.name}`, details);
  }

  private fresh(transaction: Transaction): Transaction {
    return transaction.withPlugin(new RenamedTablesPlugin(this.projection.tables, this.suffix()));
  }

  private freshName(table: string): string {
    return `${table}${this.suffix()}`;
  }

  private suffix(): string {
    return `__${this.generation}`;
  }

  /** @throws RebuildSuperseded */
  private inMyTransaction(act: (transaction: Transaction) => Promise<void>): Promise<void> {
    return this.inTransaction(async (transaction) => {
      await this.requireMine(transaction);
      await act(transaction);
    });
  }

  private inTransaction(act: (transaction: Transaction) => Promise<void>): Promise<void> {
    return this.database.writer.transaction().execute(act);
  }
}

const nextBatch = (batch: number, tookMs: number): number =>
  Math.max(1, Math.min(LARGEST_BATCH, Math.round(batch * Math.min(2, TRANSACTION_MS / tookMs))));
