import type { ColumnType, Kysely } from 'kysely';
import type { ImageTables } from '../images/image-tables.js';
import type { ReadModelDialect } from './read-model-dialect.js';

/** Some databases answer a 64-bit integer as text. */
type Count = ColumnType<number | string, number, number>;

/**
 * How far a projection has come. The position is decimal text, for it may have more digits than a number is exact to.
 * `generation` counts rebuilds. A rebuild in progress has a row of its own, whose `state` names who rebuilds.
 */
export type CheckpointsTable = {
  name: string;
  position: string;
  version: Count;
  generation: Count;
  state: string;
};

type LeasesTable = { name: string; holder: string; expires_at: number };

export type ReadModelTables = ImageTables & { checkpoints: CheckpointsTable; leases: LeasesTable };

/** An open read-model database. Reads never wait for the writer's transaction. */
export type ReadModelDatabase = Readonly<{
  reader: Kysely<ReadModelTables>;
  writer: Kysely<ReadModelTables>;
  dialect: ReadModelDialect;
  close(): Promise<void>;
}>;
