import type { ColumnType, Kysely } from 'kysely';
import type { EventIndexTables } from '../history/event-index.tables.js';
import type { ImageTables } from '../images/image-tables.js';
import type { MetadefTables } from '../metadefs/metadef-tables.js';
import type { TaskTables } from '../tasks/task-tables.js';
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

/** Times are in milliseconds, here and below. */
export type TaskProgressTable = {
  task_id: string;
  step: string;
  bytes_done: Count;
  bytes_expected: ColumnType<number | string | null, number | null, number | null>;
  updated_at: Count;
};

type TaskSecretsTable = { task_id: string; sealed: string; stored_at: Count };

/** What webhooks did not get. */
export type DeadLettersTable = {
  webhook: string;
  event_id: string;
  stream: string;
  revision: Count;
  type: string;
  attempts: Count;
  reason: string;
  died_at: Count;
};

/** What the nodes of a deployment have in their image caches. */
export type CachedImagesTable = {
  node: string;
  image_id: string;
  number: Count;
  size: Count;
  digest: string | null;
  hits: Count;
  last_accessed: Count;
  last_modified: Count;
};

export type ReadModelTables = ImageTables &
  TaskTables &
  MetadefTables &
  EventIndexTables & {
    checkpoints: CheckpointsTable;
    leases: LeasesTable;
    task_progress: TaskProgressTable;
    task_secrets: TaskSecretsTable;
    cached_images: CachedImagesTable;
    dead_letters: DeadLettersTable;
  };

/**
 * An open read-model database. Reads never wait for the writer's transaction. Transactions of writers, of whichever process,
 * come one after the other: what one of them reads is not overtaken before it writes.
 */
export type ReadModelDatabase = Readonly<{
  reader: Kysely<ReadModelTables>;
  writer: Kysely<ReadModelTables>;
  dialect: ReadModelDialect;
  /** Another number than before when a connection broke: what was written last may be lost, if the server was replaced. */
  session(): number;
  close(): Promise<void>;
}>;
