import type { SchemaModule } from 'kysely';
import { createIndex, indexesOf } from '../create-index.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';

/** One row per event: where it stands in the log, and what feeds are filtered by. */
export type EventIndexTable = {
  position: number;
  stream: string;
  revision: number;
  type: string;
  /** The image that it is about. */
  image_id: string | null;
  /** Whose that is, after the event, which it is about. */
  project_id: string | null;
  /** Who caused it. */
  user_id: string | null;
  /** Latest time (milliseconds) that any event up to here was recorded at: it never runs backwards. */
  clock: number;
};

export type EventIndexTables = { event_index: EventIndexTable };

export const EVENT_INDEX_TABLES = ['event_index'] as const;

export const EVENT_INDEX_INDEXES = indexesOf('event_index', {
  event_index_image: ['image_id', 'position'],
  event_index_project: ['project_id', 'position'],
  event_index_user: ['user_id', 'position'],
  event_index_type: ['type', 'position'],
  event_index_clock: ['clock', 'position'],
});

/** The table of the event index, empty. */
export const createEventIndexTables = async (schema: SchemaModule, dialect: ReadModelDialect): Promise<void> => {
  const { columns } = dialect;
  await schema
    .createTable('event_index')
    .addColumn('position', columns.integer, (column) => column.primaryKey())
    .addColumn('stream', columns.key, (column) => column.notNull())
    .addColumn('revision', columns.integer, (column) => column.notNull())
    .addColumn('type', columns.word, (column) => column.notNull())
    .addColumn('image_id', columns.key)
    .addColumn('project_id', columns.key)
    .addColumn('user_id', columns.key)
    .addColumn('clock', columns.integer, (column) => column.notNull())
    .execute();
  const byStream = indexesOf('event_index', { event_index_stream: ['stream', 'position'] });
  for (const index of byStream) await createIndex(schema, index, dialect);
};
