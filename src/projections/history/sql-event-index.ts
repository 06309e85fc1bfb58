import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { EventStore } from '../../events/event-store.js';
import type { ReadModelDatabase, ReadModelTables } from '../database/read-model-database.js';
import type { ProjectionRunner } from '../projection-runner.js';
import { FEED_EVENTS } from './event-index.read-model.js';
import type { EventIndex, EventQuery, IndexedPage } from './event-index.read-model.js';
import { selectEvents, selectFirstSince, selectLastUntil } from './event-index.select.js';

/** Positions that are indexed before the process does other things again. */
const STEP = 250n;

type Runner = Pick<ProjectionRunner<never>, 'catchUp' | 'status'>;

/** The event index in SQL, the same for every database. It is brought up to date by whoever asks it, and by nobody else. */
export class SqlEventIndex implements EventIndex {
  private readonly tables: Kysely<ReadModelTables>;
  /** Up to here it is known to be indexed; null before that was looked up. */
  private indexed: bigint | null = null;

  /** @param runner of the index alone: commands must not wait for it */
  constructor(
    database: ReadModelDatabase,
    private readonly eventStore: EventStore,
    private readonly runner: Runner,
  ) {
    this.tables = database.reader;
  }

  async page(query: EventQuery): Promise<IndexedPage> {
    const reached = await this.lastPosition();
    await this.catchUp(reached);
    const stretch = await this.stretchOf(query, reached);
    if (query.limit <= 0 || stretch.after >= stretch.upTo) return { events: [], reached };
    const { rows } = await this.tables.executeQuery(selectEvents(this.tables, query, stretch));
    const events = rows.map(({ position, stream, revision }) => ({ position: BigInt(position), stream, revision }));
    return { events, reached };
  }

  lastPosition(): Promise<bigint> {
    return this.eventStore.lastPosition();
  }

  async changedAfter(position: bigint, signal: AbortSignal): Promise<void> {
    const news = this.eventStore.subscribe(position, signal, { types: FEED_EVENTS })[Symbol.asyncIterator]();
    await news.next();
    await news.return?.();
  }

  /** In steps: who asks for the first time after long must not hold up everybody else. */
  private async catchUp(target: bigint): Promise<void> {
    let reached = this.indexed ?? (await this.runner.status())[0]?.checkpoint ?? 0n;
    while (reached < target) {
      reached = reached + STEP < target ? reached + STEP : target;
      await this.runner.catchUp(reached);
      await nextTurn();
    }
    if (this.indexed === null || this.indexed < reached) this.indexed = reached;
  }

  /** Where in the log a page can have its events. */
  private async stretchOf(
    { filters: { since, until }, after, direction }: EventQuery,
    reached: bigint,
  ): Promise<Readonly<{ after: number; upTo: number }>> {
    const first = since === null ? null : await this.positionBy(selectFirstSince(this.tables, since));
    const last = until === null ? null : await this.positionBy(selectLastUntil(this.tables, until));
    if (first === undefined || last === undefined) return { after: 0, upTo: 0 };
    const marker = after === null ? null : Number(after);
    const lower = [first === null ? 0 : first - 1, direction === 'asc' ? (marker ?? 0) : 0];
    const upper = [last ?? Number(reached), direction === 'desc' && marker !== null ? marker - 1 : Number(reached)];
    return { after: Math.max(...lower), upTo: Math.min(...upper) };
  }

  private async positionBy(query: ReturnType<typeof selectFirstSince>): Promise<number | undefined> {
    return (await this.tables.executeQuery(query)).rows[0]?.position;
  }
}
