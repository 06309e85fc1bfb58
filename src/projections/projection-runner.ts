import type { Kysely } from 'kysely';
import type { EventStore } from '../events/event-store.js';
import { CheckpointStore } from './checkpoint-store.js';
import type { Checkpoint } from './checkpoint-store.js';
import { QueryCache } from './database/query-cache.js';
import type { ReadModelDatabase, ReadModelTables } from './database/read-model-database.js';
import { DecodedEvents } from './decoded-events.js';
import type { EventDecoder, ProjectedEvent, Projection } from './projection.js';
import { ProjectionMigration } from './projection-migration.js';
import { ProjectionRebuild } from './projection-rebuild.js';
import type { RebuildProgress } from './projection-rebuild.js';
import { PositionNotReached, ProjectionVersionMismatch, UnknownProjection } from './projections.errors.js';

/** How far a projection has come; `lag` is the distance in positions, 0n when it has handled everything. */
export type ProjectionStatus = Readonly<{ name: string; checkpoint: bigint; lastPosition: bigint; lag: bigint }>;

/** Events per transaction when there are many to catch up with: the more, the fewer times a page is written. */
const BATCH = 2000;

/** Brings the read models up to what has happened, whenever somebody needs them to be. */
export class ProjectionRunner<E extends Readonly<{ type: string }>> {
  private readonly source: DecodedEvents<E>;
  private readonly checkpoints: CheckpointStore;
  private readonly queries = new QueryCache();
  /** Up to here all projections have come; null before that was looked up. */
  private reached: bigint | null = null;
  /** The database's session in which `reached` was looked up. */
  private session = 0;
  private running: Promise<void> | null = null;

  /** @param batch events per transaction: so many hold up whatever else the process does */
  constructor(
    eventStore: EventStore,
    decoder: EventDecoder<E>,
    private readonly database: ReadModelDatabase,
    private readonly projections: readonly Projection<E>[],
    private readonly batch = BATCH,
  ) {
    this.source = new DecodedEvents(eventStore, decoder);
    this.checkpoints = new CheckpointStore(database);
  }

  /**
   * Creates the tables that are missing, and rebuilds those of an older version. To be called once before anything else.
   * @throws ProjectionVersionMismatch when a newer program made them
   * @throws PositionNotReached when they were made from a longer log than this one
   */
  async migrate(): Promise<void> {
    for (const projection of this.projections) {
      await this.migrationOf(projection).run();
      await this.requireOwnLog(projection);
    }
  }

  /**
   * As `catchUp`, for a start: tables that have nothing of a long log, since they are new or were lost, are filled as by a
   * rebuild, in less than half the time. Whoever reads them meanwhile sees them empty.
   */
  async fill(): Promise<void> {
    let isLong: boolean | null = null;
    for (const projection of this.projections) {
      const isEmpty = (await this.positionOf(projection)) === 0n; // another process may have filled it meanwhile
      if (isEmpty && (isLong ??= await this.isLogLong())) await this.migrationOf(projection).rebuildOrWatch();
    }
    await this.catchUp();
  }

  /**
   * Resolves when every projection has handled all events up to a position, by default up to the log's end.
   * Any number of callers and processes may do so at once: each event is applied once.
   * @throws UnknownEventType, UnknownEventSchema, InvalidStoredEvent; nothing after such an event is applied
   * @throws ProjectionVersionMismatch, ReadModelUnavailable, PositionNotReached
   */
  async catchUp(position?: bigint): Promise<void> {
    if (position !== undefined && this.hasReached(position)) return;
    const target = position ?? (await this.source.lastPosition());
    while (!this.hasReached(target)) {
      const [joined, before] = [this.running !== null, this.reached];
      this.running ??= this.advance().finally(() => (this.running = null));
      await this.running;
      const stuck = !joined && this.reached === before; // a run that was joined may have read before the event was there
      if (stuck) throw new PositionNotReached(`The log ends before position ${target}`, { position: String(target) });
    }
  }

  async status(): Promise<readonly ProjectionStatus[]> {
    const lastPosition = await this.source.lastPosition();
    return Promise.all(
      this.projections.map(async (projection) => {
        const checkpoint = await this.positionOf(projection);
        const lag = lastPosition > checkpoint ? lastPosition - checkpoint : 0n;
        return { name: projection.name, checkpoint, lastPosition, lag };
      }),
    );
  }

  /**
   * Builds a projection anew from the first event while its old tables go on serving, in this and in other processes.
   * @throws UnknownProjection, RebuildSuperseded, and whatever stops a reader of the log
   */
  async rebuild(name: string, onProgress: (progress: RebuildProgress) => void = () => undefined): Promise<void> {
    const projection = this.projections.find((it) => it.name === name);
    if (projection === undefined) {
      const known = this.projections.map((it) => it.name);
      throw new UnknownProjection(`There is no projection ${name}; there are: ${known.join(', ')}`, { known });
    }
    await new ProjectionRebuild(this.source, this.database, this.checkpoints, projection).run(onProgress);
  }

  /** Whether catching up from its beginning takes more than a batch. */
  private async isLogLong(): Promise<boolean> {
    const { events } = await this.source.read(0n, this.batch);
    return events.length === this.batch;
  }

  private migrationOf(projection: Projection<E>): ProjectionMigration<E> {
    const rebuild = (): Promise<void> => this.rebuild(projection.name);
    return new ProjectionMigration(this.database, this.checkpoints, projection, rebuild);
  }

  /** Tables that are ahead of the log would take no notice of what happens until the log has caught up with them. */
  private async requireOwnLog(projection: Projection<E>): Promise<void> {
    const checkpoint = await this.positionOf(projection);
    const lastPosition = await this.source.lastPosition();
    if (checkpoint <= lastPosition) return;
    const message =
      `The tables of ${projection.name} know the log up to position ${checkpoint}, but it ends at ${lastPosition}: ` +
      'they stem from another log. Remove the read-model database, and it is built anew';
    const details = { projection: projection.name, checkpoint: String(checkpoint), lastPosition: String(lastPosition) };
    throw new PositionNotReached(message, details);
  }

  private hasReached(position: bigint): boolean {
    if (this.session !== this.database.session()) this.reached = null;
    return this.reached !== null && this.reached >= position;
  }

  /** Applies the next batch. Without one, `reached` stays. */
  private async advance(): Promise<void> {
    const from = this.reached ?? (await this.lookUpReached());
    this.reached = from;
    const { events, failure } = await this.source.read(from, this.batch);
    const last = events.at(-1)?.envelope.position;
    if (last !== undefined) {
      const range = { from, last };
      this.reached = await this.database.writer.transaction().execute((tables) => this.apply(tables, events, range));
    }
    if (failure !== null) throw failure.error;
  }

  private async lookUpReached(): Promise<bigint> {
    this.session = this.database.session();
    return lowest(await Promise.all(this.projections.map((projection) => this.positionOf(projection))));
  }

  /**
   * @param from position that `events` follow, `last` that of the last of them
   * @returns a position that no projection is behind now: where other processes have been at work, beyond these events; where
   * tables have lost what they had, before `from`
   */
  private async apply(
    tables: Kysely<ReadModelTables>,
    events: readonly ProjectedEvent<E>[],
    { from, last }: Readonly<{ from: bigint; last: bigint }>,
  ): Promise<bigint> {
    const names = this.projections.map(({ name }) => name);
    const checkpoints = await this.checkpoints.readAllIn(tables, names);
    const positions = this.projections.map((projection) => {
      const { position } = requireVersion(projection, checkpoints.get(projection.name) ?? null);
      return { projection, position };
    });
    const behind = positions.filter(({ position }) => position < last);
    const reached = lowest(positions.map(({ position }) => position));
    if (behind.length === 0 || reached < from) return reached;
    for (const { projection, position } of behind) {
      const pending = events.filter(
        ({ event, envelope }) => envelope.position > position && projection.canHandle(event.type),
      );
      const target = { tables, queries: this.queries, dialect: this.database.dialect };
      if (pending.length > 0) await projection.apply(target, pending);
    }
    await this.checkpoints.advance(
      tables,
      behind.map(({ projection }) => projection.name),
      last,
    );
    return last;
  }

  private async positionOf(projection: Projection<E>): Promise<bigint> {
    return requireVersion(projection, await this.checkpoints.read(projection.name)).position;
  }
}

const requireVersion = <E>({ name, version }: Projection<E>, checkpoint: Checkpoint | null): Checkpoint => {
  if (checkpoint?.version === version) return checkpoint;
  const stored = checkpoint === null ? 'do not exist' : `are of version ${checkpoint.version}`;
  throw new ProjectionVersionMismatch(`The tables of ${name} ${stored}; this program needs version ${version}`, {
    projection: name,
    stored: checkpoint?.version ?? null,
    own: version,
  });
};

const lowest = (positions: readonly bigint[]): bigint =>
  positions.reduce((low, position) => (position < low ? position : low));
