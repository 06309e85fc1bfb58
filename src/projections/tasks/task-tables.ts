import type { SchemaModule } from 'kysely';
import { indexesOf } from '../create-index.js';
import type { ReadModelDialect } from '../database/read-model-dialect.js';

/** One row per task: the document that is shown, and what lists filter and sort by. Times are in milliseconds. */
export type TasksTable = {
  id: string;
  revision: number;
  type: string;
  status: string;
  /** 1 while the task is pending or processing. */
  unfinished: number;
  owner: string | null;
  image_id: string | null;
  request_id: string | null;
  user_id: string | null;
  created_at: number;
  updated_at: number;
  expires_at: number | null;
  document: string;
};

export type TaskTables = { tasks: TasksTable };

export const TASK_TABLES = ['tasks'] as const;

export const TASK_INDEXES = indexesOf('tasks', {
  tasks_created: ['created_at', 'id'],
  tasks_owned_created: ['owner', 'created_at', 'id'],
  tasks_image: ['image_id', 'created_at', 'id'],
  tasks_unfinished: ['unfinished', 'id'],
  tasks_expiry: ['expires_at', 'id'],
});

/** The table of the task projection, empty. */
export const createTaskTables = async (schema: SchemaModule, { columns }: ReadModelDialect): Promise<void> => {
  await schema
    .createTable('tasks')
    .addColumn('id', columns.word, (column) => column.primaryKey())
    .addColumn('revision', columns.integer, (column) => column.notNull())
    .addColumn('type', columns.word, (column) => column.notNull())
    .addColumn('status', columns.word, (column) => column.notNull())
    .addColumn('unfinished', columns.flag, (column) => column.notNull())
    .addColumn('owner', columns.key)
    .addColumn('image_id', columns.key)
    .addColumn('request_id', columns.key)
    .addColumn('user_id', columns.key)
    .addColumn('created_at', columns.integer, (column) => column.notNull())
    .addColumn('updated_at', columns.integer, (column) => column.notNull())
    .addColumn('expires_at', columns.integer)
    .addColumn('document', columns.text, (column) => column.notNull())
    .execute();
};
