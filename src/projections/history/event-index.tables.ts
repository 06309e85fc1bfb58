import type { SchemaModule } from 'kysely';
import type { ReadModelDialect } from '../database/read-model-dialect.js';

/** One row per event of an image: where it stands in the log, and what feeds are filtered by. */
export type EventIndexTable = {
  position: number;
  image_id: string;
  revision: number;
  type: string;
  /** Owner of the image after the event. */
  project_id: string | null;
  /** Who caused it. */
  user_id: string | null;
  /** Latest time (milliseconds) that any event up to here was recorded at: it never runs backwards. */
  clock: number;
};

export type EventIndexTables = { event_index: EventIndexTable };

export const EVENT_INDEX_TABLES = ['event_index'] as const;

const INDEXES = {
  event_index_project: ['project_id', 'position'],
  event_index_user: ['user_id', 'position'],
  event_index_image: ['image_id', 'position'],
  event_index_type: ['type', 'position'],
  event_index_clock: ['clock', 'position'],
} as const;

/** The table of the event index, empty. */
export const createEventIndexTables = async (schema: SchemaModule, { columns }: ReadModelDialect): Promise<void> => {
  await schema
    .createTable('event_index')
    .addColumn('position', columns.integer, (column) => column.primaryKey())
    .addColumn('image_id', columns.key, (column) => column.notNull())
    .addColumn('revision', columns.integer, (column) => column.notNull())
    .addColumn('type', columns.word, (column) => column.notNull())
    .addColumn('project_id', columns.key)
    .addColumn('user_id', columns.key)
    .addColumn('clock', columns.integer, (column) => column.notNull())
    .execute();
  for (const [name, indexed] of Object.entries(INDEXES)) {
    await schema
      .createIndex(name)
      .on('event_index')
      .columns([...indexed])
      .execute();
  }
};
