import type { Kysely, SchemaModule } from 'kysely';
import type { RecordedEvent } from '../events/event-store.js';
import type { TableIndex } from './create-index.js';
import type { QueryCache } from './database/query-cache.js';
import type { ReadModelTables } from './database/read-model-database.js';
import type { ReadModelDialect } from './database/read-model-dialect.js';

/** An event as a projection gets it: decoded to its latest version, and as it was stored. */
export type ProjectedEvent<E> = Readonly<{ event: E; envelope: RecordedEvent }>;

/** What turns stored JSON into typed events. */
export type EventDecoder<E> = Readonly<{ decode(recorded: RecordedEvent): E }>;

/**
 * Where a projection writes: within the transaction that also writes the checkpoint. The projection's tables stand under
 * their own names here, whether they are those in use or those of a rebuild.
 */
export type ProjectionTarget = Readonly<{
  tables: Kysely<ReadModelTables>;
  queries: QueryCache;
  dialect: ReadModelDialect;
}>;

/** Folds events into tables that can be thrown away and rebuilt from the log. */
export interface Projection<E> {
  readonly name: string;
  /** Raised with every change of what is stored or how it is folded; the tables are rebuilt then. */
  readonly version: number;
  /** The tables that belong to it alone. */
  readonly tables: readonly string[];
  canHandle(type: string): boolean;
  /** Makes the tables, empty, and the indexes that `apply` needs. */
  createTables(schema: SchemaModule, dialect: ReadModelDialect): Promise<void>;
  /** What only readers need: made when the tables are filled, for an index that grows row by row costs several times more. */
  readonly readerIndexes: readonly TableIndex[];
  /** Applies events in their order. An event that was applied before changes nothing. */
  apply(target: ProjectionTarget, events: readonly ProjectedEvent<E>[]): Promise<void>;
}
